package dev.migrationflags.engine.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StatementLimitTest {

	private static final Duration LIMIT = Duration.ofSeconds(1);

	private static final Duration IDLE = Duration.ofSeconds(1);

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, mode = EnumSource.Mode.EXCLUDE, names = "H2")
	void whatIsSetOnAConnectionIsWhatItSays(TestDatabase kind) throws SQLException {
		try (HikariDataSource pool = kind.pool(1); Connection connection = pool.getConnection()) {
			StatementLimit before = Objects.requireNonNull(StatementLimit.of(connection));
			assertThat(before.limit()).isZero();
			assertThat(before.allows(Duration.ofDays(1))).isTrue();
			set(connection, Duration.ofSeconds(7));
			StatementLimit after = Objects.requireNonNull(StatementLimit.of(connection));
			assertThat(after).isEqualTo(new StatementLimit(before.setting(), Duration.ofSeconds(7)));
			assertThat(after.allows(Duration.ofSeconds(7))).isTrue();
			assertThat(after.allows(Duration.ofSeconds(8))).isFalse();
		}
	}

	@Test
	void databaseInTheProcessHasNone() throws SQLException {
		try (HikariDataSource pool = TestDatabase.H2.pool(1); Connection connection = pool.getConnection()) {
			assertThat(StatementLimit.of(connection)).isNull();
			assertThat(StatementLimit.toSet(connection, LIMIT, IDLE)).isNull();
		}
	}

	@Test
	void statementThatTakesLongerIsGivenUpByTheServer() throws SQLException {
		try (HikariDataSource pool = TestDatabase.POSTGRESQL.pool(1); Connection connection = pool.getConnection()) {
			set(connection, LIMIT);
			try (Statement statement = connection.createStatement()) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select pg_sleep(60)"))
					.extracting(SQLException::getSQLState)
					.isEqualTo("57014");
			}
		}
	}

	/**
	 * As one that is stopped in a transaction, or cut off.
	 */
	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, mode = EnumSource.Mode.EXCLUDE, names = "H2")
	void whatAProcessHasLockedThatDoesNotGoOnIsFree(TestDatabase kind) throws SQLException {
		try (HikariDataSource pool = kind.pool(2)) {
			Connection stopped = pool.getConnection();
			Database database = Database.open(pool, Duration.ofSeconds(20));
			database.initialize(Initialization.ALWAYS);
			set(stopped, LIMIT);
			stopped.setAutoCommit(false);
			try (Statement statement = stopped.createStatement()) {
				statement.execute("update migration_counter set next_value = next_value + 1 where name = 'id'");
			}
			List<?> next = database.transaction((session) -> session.query(
					"select next_value from migration_counter where name = 'id' for update", (row) -> row.getLong(1)));
			assertThat(next).hasSize(1);
			assertThatExceptionOfType(SQLException.class).isThrownBy(stopped::commit);
		}
	}

	private static void set(Connection connection, Duration limit) throws SQLException {
		String sql = Objects.requireNonNull(StatementLimit.toSet(connection, limit, IDLE));
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
