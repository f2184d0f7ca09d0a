package dev.migrationflags.engine.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class DatabaseTest {

	private static final Duration TIMEOUT = Duration.ofSeconds(3);

	@ParameterizedTest
	@EnumSource
	void tablesAreCreatedOnceEvenByNodesThatStartTogether(TestDatabase kind) throws Exception {
		try (HikariDataSource pool = kind.pool(4)) {
			Database database = Database.open(pool, TIMEOUT);
			Callable<Void> start = () -> {
				database.initialize(Initialization.ALWAYS);
				return null;
			};
			inParallel(List.of(start, start, start, start));
			database.initialize(Initialization.NEVER);
		}
	}

	@ParameterizedTest
	@EnumSource
	void idsAreNeverUsedAgainByNoNodeAndAfterNoRestart(TestDatabase kind) throws Exception {
		try (HikariDataSource pool = kind.pool(4)) {
			Database database = Database.open(pool, TIMEOUT);
			database.initialize(Initialization.ALWAYS);
			Callable<Set<Long>> node = () -> {
				Ids ids = new Ids(database);
				Set<Long> taken = new HashSet<>();
				for (int i = 0; i < 2500; i++) {
					taken.add(ids.next());
				}
				return taken;
			};
			List<Set<Long>> taken = inParallel(List.of(node, node, node, node));
			Set<Long> all = new HashSet<>();
			taken.forEach(all::addAll);
			all.add(new Ids(database).next());
			assertThat(all).hasSize(4 * 2500 + 1).allMatch((id) -> id > 0);
		}
	}

	@Test
	void whoWaitsForNumbersWhileTheDatabaseIsAwayWaitsForOneFailureOnly() throws Exception {
		CountDownLatch fails = new CountDownLatch(1);
		AtomicInteger asked = new AtomicInteger();
		AtomicBoolean away = new AtomicBoolean();
		try (HikariDataSource pool = TestDatabase.H2.pool(4)) {
			DataSource slow = new DelegatingDataSource(pool) {

				@Override
				public Connection getConnection() throws SQLException {
					if (away.get()) {
						asked.incrementAndGet();
						await(fails);
						throw new SQLException("away", "08001");
					}
					return super.getConnection();
				}

			};
			Database database = Database.open(slow, TIMEOUT);
			database.initialize(Initialization.ALWAYS);
			Ids ids = new Ids(database);
			away.set(true);
			List<Callable<String>> callers = Collections.nCopies(8, () -> {
				try {
					return "number " + ids.next();
				}
				catch (SQLException ex) {
					return ex.getSQLState();
				}
			});
			CompletableFuture.runAsync(() -> {
				Awaitility.await().until(() -> ids.waiting() == 7);
				fails.countDown();
			});
			assertThat(inParallel(callers)).containsOnly("08001");
			assertThat(asked).hasValue(1);
			away.set(false);
			assertThat(ids.next()).isPositive();
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectionsAreGivenBackAsTheyWere(TestDatabase kind) throws SQLException {
		try (HikariDataSource pool = kind.pool(1)) {
			Database database = Database.open(pool, TIMEOUT);
			Session[] used = new Session[1];
			int isolation = database.transaction((session) -> {
				used[0] = session;
				assertThat(session.connection().getAutoCommit()).isFalse();
				return session.connection().getTransactionIsolation();
			});
			assertThat(isolation).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			assertThat((boolean) database.statement((session) -> session.connection().getAutoCommit())).isTrue();
			try (Connection connection = pool.getConnection()) {
				assertThat(connection.getAutoCommit()).isTrue();
				assertThat(connection.getTransactionIsolation()).isEqualTo((kind == TestDatabase.MARIADB)
						? Connection.TRANSACTION_REPEATABLE_READ : Connection.TRANSACTION_READ_COMMITTED);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void transactionThatFailsLeavesNothing(TestDatabase kind) throws SQLException {
		try (HikariDataSource pool = kind.pool(2)) {
			Database database = Database.open(pool, TIMEOUT);
			database.initialize(Initialization.ALWAYS);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> database.transaction((session) -> {
				session.update("insert into migration_counter (name, next_value) values ('lost', 1)");
				throw new SQLException("no");
			}));
			List<?> found = database.transaction((session) -> session
				.query("select name from migration_counter where name = 'lost'", (row) -> row.getString(1)));
			assertThat(found).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void deadlockIsRepeated(TestDatabase kind) throws Exception {
		try (HikariDataSource pool = kind.pool(2)) {
			Database database = Database.open(pool, Duration.ofMinutes(1));
			database.initialize(Initialization.ALWAYS);
			database
				.transaction((session) -> session.update("delete from migration_counter where name in ('one', 'two')"));
			database.transaction((session) -> session
				.update("insert into migration_counter (name, next_value) values ('one', 0), ('two', 0)"));
			String sql = "update migration_counter set next_value = next_value + 1 where name = ?";
			List<Callable<Void>> both = Stream.of(List.of("one", "two"), List.of("two", "one"))
				.map((names) -> (Callable<Void>) () -> {
					for (int i = 0; i < 50; i++) {
						database.transaction(
								(session) -> session.update(sql, names.get(0)) + session.update(sql, names.get(1)));
					}
					return null;
				})
				.toList();
			inParallel(both);
			List<?> found = database.transaction((session) -> session.query(
					"select next_value from migration_counter where name in ('one', 'two')", (row) -> row.getLong(1)));
			assertThat(found).isEqualTo(List.of(100L, 100L));
		}
	}

	@Test
	void embeddedMeansInMemory() {
		try (HikariDataSource pool = TestDatabase.H2.pool(1)) {
			Database database = Database.open(pool, TIMEOUT);
			assertThatIllegalStateException().isThrownBy(() -> database.initialize(Initialization.NEVER))
				.withMessageContaining("schema-h2.sql")
				.withMessageContaining("migration.store.initialize-schema=always");
			database.initialize(Initialization.EMBEDDED);
			database.initialize(Initialization.NEVER);
		}
	}

	@ParameterizedTest
	@EnumSource
	void clockIsInMilliseconds(TestDatabase kind) throws SQLException {
		try (HikariDataSource pool = kind.pool(1)) {
			long now = Database.open(pool, TIMEOUT).statement(Session::now);
			assertThat(now).isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis() + 60_000);
		}
	}

	private static <T> List<T> inParallel(List<Callable<T>> tasks) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> future : threads.invokeAll(tasks)) {
				results.add(future.get());
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

}
