package dev.migrationflags.engine.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.engine.mark.Claim;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mark.MarkStoreContract;
import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.mark.Registration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What marks in tables have to do, in every database.
 */
abstract class JdbcMarksContract extends MarkStoreContract {

	private final HikariDataSource pool;

	private final FailingDataSource reach;

	private final Database database;

	private JdbcMarks store;

	private JdbcMarks other;

	JdbcMarksContract(TestDatabase kind) {
		this.pool = kind.pool(10);
		this.reach = new FailingDataSource(this.pool);
		this.database = Database.open(this.reach, Duration.ofSeconds(2));
		this.database.initialize(Initialization.ALWAYS);
		this.store = new JdbcMarks(this.database);
		this.other = new JdbcMarks(this.database);
	}

	@BeforeEach
	void clear() throws SQLException {
		for (String table : List.of("migration_writer", "migration_mark", "migration_provisional", "migration_flag")) {
			update("delete from " + table);
		}
		update("insert into migration_flag (flag, stage, epoch, authority_epoch) values ('orders-db', 'shadow', 3, 1)");
	}

	@AfterEach
	void close() {
		this.reach.down = false;
		this.store.close();
		this.other.close();
		this.pool.close();
	}

	@Override
	protected MarkStore store() {
		return this.store;
	}

	@Override
	protected MarkStore otherNode() {
		return this.other;
	}

	@Override
	protected void hold(boolean on) {
		update(on
				? "update migration_flag set hold_id = 1, hold_effect = %1$s, hold_until = %1$s + 60000"
					.formatted(this.database.dialect().clock())
				: "update migration_flag set hold_until = " + this.database.dialect().clock());
	}

	@Override
	protected boolean flip(long epoch) {
		return in((session) -> {
			session.query("select 1 from migration_flag where flag = ? for update", (row) -> 1, FLAG);
			return !RepairTables.hasMarks(session, FLAG)
					&& session.update("update migration_flag set authority_epoch = ?, epoch = ?", epoch, epoch) == 1;
		});
	}

	@Override
	protected void elapse(Duration time) {
		long millis = time.toMillis();
		update("update migration_writer set deadline = deadline - " + millis);
		update("update migration_provisional set deadline = deadline - " + millis);
		update("update migration_mark set since = since - " + millis + ", retry_at = retry_at - " + millis);
	}

	@Override
	protected long registrations() {
		return in((session) -> session.query("select 1 from migration_writer", (row) -> 1)).size();
	}

	private void update(String sql) {
		in((session) -> session.update(sql));
	}

	private <T> T in(Work<T> work) {
		try {
			return this.database.transaction(work);
		}
		catch (SQLException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void outlivesTheProcess() throws NotCurrentException {
		this.store.finish(this.store.begin(intent("a")), false, true);
		this.store.close();
		this.store = new JdbcMarks(this.database);
		assertThat(this.store.isDurable()).isTrue();
		assertThat(this.store.claim(FLAG, 10, D)).extracting(Claim::key).containsExactly("a");
	}

	@Test
	void holdThatTakesEffectLaterOrIsOverLetsOperationsBegin() throws NotCurrentException {
		update("update migration_flag set hold_id = 1, hold_effect = %1$s + 60000, hold_until = %1$s + 90000"
			.formatted(this.database.dialect().clock()));
		this.store.begin(intent("a"));
		update("update migration_flag set hold_effect = hold_effect - 600000, hold_until = hold_until - 600000");
		this.store.begin(intent("b"));
		assertThat(this.store.isMarked(FLAG, List.of("b"))).isTrue();
	}

	@Test
	void operationThatBeginsWhileTheAuthorityChangesWaitsAndIsRefused() throws Exception {
		CompletableFuture<Registration> begun = new CompletableFuture<>();
		in((session) -> {
			session.query("select 1 from migration_flag where flag = ? for update", (row) -> 1, FLAG);
			session.update("update migration_flag set authority_epoch = 4, epoch = 4");
			new Thread(() -> begin(begun)).start();
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> begun.get(300, TimeUnit.MILLISECONDS));
			return true;
		});
		assertThat(begun).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(NotCurrentException.class);
		assertThat(this.store.hasMarks(FLAG)).isFalse();
	}

	private void begin(CompletableFuture<Registration> begun) {
		try {
			begun.complete(this.store.begin(intent("a")));
		}
		catch (Throwable ex) {
			begun.completeExceptionally(ex);
		}
	}

	@Test
	void flagWithoutARowCannotBeMarked() {
		update("delete from migration_flag");
		assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> this.store.begin(intent("a")))
			.havingCause()
			.withMessageContaining("migration_flag has no row of 'orders-db'");
	}

	@Test
	void storeOutOfReachRefusesToBeginAndSaysThatNothingWasWritten() {
		this.reach.down = true;
		assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> this.store.begin(intent("a")))
			.withMessageContaining("nothing was written");
		assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> this.store.hasMarks(FLAG));
	}

	@Test
	void storeThatDoesNotAnswerIsGivenUp() throws Exception {
		try (Connection other = this.pool.getConnection()) {
			other.setAutoCommit(false);
			other.createStatement().execute("select 1 from migration_flag for update");
			assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> this.store.begin(intent("a")));
			other.rollback();
		}
		this.store.begin(intent("a"));
		assertThat(this.store.isMarked(FLAG, List.of("a"))).isTrue();
	}

	@Test
	void operationThatCouldNotBeEndedIsEndedAsSoonAsTheStoreIsBack() throws NotCurrentException {
		Registration good = this.store.begin(intent("a"));
		Registration bad = this.store.begin(intent("b"));
		Registration later = this.store.begin(intent("c"));
		Registration provisional = this.store.beginWithoutKey(intent());
		this.reach.down = true;
		for (Registration registration : List.of(good, provisional)) {
			assertThatExceptionOfType(MarkUnavailableException.class)
				.isThrownBy(() -> this.store.finish(registration, true, true));
		}
		assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> this.store.finish(bad, false, true));
		this.store.finishLater(later);
		assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> this.store.flush(FLAG));
		this.reach.down = false;
		Awaitility.await().until(() -> registrations() == 0);
		Awaitility.await()
			.until(() -> in((session) -> session.query("select 1 from migration_provisional", (row) -> 1)).isEmpty());
		assertThat(this.store.isMarked(FLAG, List.of("a", "c"))).isFalse();
		assertThat(this.store.isMarked(FLAG, List.of("b"))).isTrue();
	}

	@Test
	void repairThatCouldNotBeEndedIsEndedAsSoonAsTheStoreIsBack() throws NotCurrentException {
		this.store.finish(this.store.begin(intent("a")), false, true);
		this.store.finish(this.store.begin(intent("b")), false, true);
		List<Claim> claims = this.store.claim(FLAG, 10, D);
		this.reach.down = true;
		assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> this.store.repaired(claims.get(0)));
		assertThatExceptionOfType(MarkUnavailableException.class)
			.isThrownBy(() -> this.store.failed(claims.get(1), true, null, true));
		this.reach.down = false;
		Awaitility.await().until(() -> registrations() == 0);
		assertThat(this.store.isMarked(FLAG, List.of("a"))).isFalse();
		assertThat(this.store.counts(FLAG).parked()).isEqualTo(1);
	}

	@Test
	void whatWasLeftForLaterIsEndedWithoutFurtherCalls() throws NotCurrentException {
		this.store.finishLater(this.store.begin(intent("a")));
		Awaitility.await().until(() -> !this.store.hasMarks(FLAG));
	}

	@Test
	void connectionOfTheCallerIsNotUsed() throws Exception {
		try (Connection caller = this.pool.getConnection()) {
			caller.setAutoCommit(false);
			Registration registration = this.store.begin(intent("a"));
			caller.rollback();
			assertThat(this.other.isMarked(FLAG, List.of("a"))).isTrue();
			this.store.finish(registration, true, true);
		}
	}

}
