package dev.migrationflags.boot;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.transaction.Postgres;
import dev.migrationflags.engine.jdbc.StatementLimit;
import dev.migrationflags.flags.FlagRegistry;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long databases let statements run.
 */
@ExtendWith(OutputCaptureExtension.class)
class TimeoutsTests {

	private static final Duration LIMIT = Duration.ofSeconds(3);

	@Test
	void connectionsOfTheStoreAreLimitedByTheDatabaseToo() throws Exception {
		try (HikariDataSource pool = Postgres.pool(Postgres.OLD, 1);
				StoreConnections connections = StoreConnections.of(pool, LIMIT)) {
			assertThat(connections.own()).isTrue();
			assertThat(limit(connections.dataSource())).isEqualTo(LIMIT);
			assertThat(limit(pool)).isZero();
		}
	}

	@Test
	void whatTheApplicationSetsOnItsConnectionsStaysAsItIs() throws Exception {
		try (HikariDataSource pool = Postgres.pool(Postgres.OLD, 1)) {
			pool.setConnectionInitSql("set statement_timeout = '5s'");
			try (StoreConnections connections = StoreConnections.of(pool, LIMIT)) {
				assertThat(limit(connections.dataSource())).isEqualTo(Duration.ofSeconds(5));
			}
		}
	}

	private static Duration limit(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			return Objects.requireNonNull(StatementLimit.of(connection)).limit();
		}
	}

	@Test
	void sideWhoseStatementsMayOutliveAWriteIsWarnedOf(CapturedOutput output) {
		try (HikariDataSource pool = Postgres.pool(Postgres.OLD, 1)) {
			check("legacy", pool);
			assertThat(output).contains("data source 'legacy'", "for ever", "statement_timeout", "'orders-db'", "10 s");
		}
		try (HikariDataSource pool = Postgres.pool(Postgres.OLD, 1)) {
			pool.setConnectionInitSql("set statement_timeout = '1min'");
			check("slow", pool);
			assertThat(output).contains("data source 'slow' may run for 1 min");
		}
	}

	@Test
	void sideWithALimitBelowTheDeadlineIsNot(CapturedOutput output) {
		try (HikariDataSource pool = Postgres.pool(Postgres.OLD, 1)) {
			pool.setConnectionInitSql("set statement_timeout = '5s'");
			check("quick", pool);
		}
		assertThat(output).doesNotContain("quick");
	}

	@Test
	void whatDoesNotTellIsPassedOver(CapturedOutput output) {
		JdbcDataSource embedded = new JdbcDataSource();
		embedded.setURL("jdbc:h2:mem:embedded");
		check("embedded", embedded);
		JdbcDataSource nowhere = new JdbcDataSource();
		nowhere.setURL("jdbc:h2:tcp://localhost:1/nowhere");
		check("nowhere", nowhere);
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void dataSourceThatNobodyHasUsedStaysUnused() {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		RootBeanDefinition lazy = new RootBeanDefinition(DataSource.class, () -> {
			throw new AssertionError("made");
		});
		lazy.setLazyInit(true);
		beans.registerBeanDefinition("lazy", lazy);
		new SideTimeouts(beans).check(FlagRegistry.of(List.of(orders())).all());
		assertThat(beans.containsSingleton("lazy")).isFalse();
	}

	private static void check(String name, DataSource dataSource) {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton(name, dataSource);
		new SideTimeouts(beans).check(FlagRegistry.of(List.of(orders())).all());
	}

	private static MigrationFlag orders() {
		return MigrationFlag.named("orders-db").stage(MigrationStage.SHADOW).build();
	}

}
