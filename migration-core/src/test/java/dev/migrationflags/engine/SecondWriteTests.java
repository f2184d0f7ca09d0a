package dev.migrationflags.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.CallerTransactions.Deferred;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.migrationflags.engine.Latches.eventually;
import static dev.migrationflags.engine.Latches.hang;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A second write on the pool: whatever becomes of it, the caller is served in time, and
 * one that did not happen is counted, once.
 */
@Timeout(60)
class SecondWriteTests {

	private final CountDownLatch released = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.released.countDown();
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void writeThatIsGivenUpBeforeItBeginsNeverRuns(MigrationStage stage) throws Throwable {
		try (TestEngine engine = Pooled.AFTER_COMMIT_WRITE.engine(stage, Pooled.SHORT, 1, 10)) {
			Operation operation = Pooled.AFTER_COMMIT_WRITE.operation(engine);
			engine.pool.lane().submit(() -> hang(this.released));
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
			assertThat(engine.calls("outcome", "timeout", "type", "write")).isEqualTo(1);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
			this.released.countDown();
			CountDownLatch next = new CountDownLatch(1);
			engine.pool.lane().submit(next::countDown);
			assertThat(next.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(call.invoked).containsExactly(stage.authority());
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void callerIsBackWhenTheSecondWriteIsDone(MigrationStage stage) throws Throwable {
		try (TestEngine engine = Pooled.AFTER_COMMIT_WRITE.engine(stage, Pooled.LONG)) {
			Operation operation = Pooled.AFTER_COMMIT_WRITE.operation(engine);
			TestCall call = TestCall.of(() -> "old", () -> "new");
			for (int i = 1; i <= 10; i++) {
				operation.execute(call);
				assertThat(call.invoked).hasSize(2 * i);
				assertThat(engine.calls("origin", stage.authority().other().key(), "outcome", "success")).isEqualTo(i);
			}
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void writeWhoseDeadlineHasPassedIsCountedAndNotRun(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage,
				(flag) -> Pooled.AFTER_COMMIT_WRITE.settings(Duration.ofNanos(1))
					.apply(flag)
					.writeDeadline(Duration.ofNanos(1)))) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(Pooled.AFTER_COMMIT_WRITE.operation(engine).execute(call)).isEqualTo(stage.authority().key());
			assertThat(engine.skipped("deadline")).isEqualTo(1);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
			assertThat(call.invoked).containsExactly(stage.authority());
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void writeThatWaitsForATransactionBeginsWhenItIsToldAndNotBefore(MigrationStage stage) throws Throwable {
		Transaction transaction = new Transaction();
		try (TestEngine engine = Pooled.AFTER_COMMIT_WRITE.engine(stage, Pooled.LONG)) {
			Operation operation = engine.with(transaction)
				.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE));
			List<String> order = new ArrayList<>();
			for (String name : List.of("first", "second", "third")) {
				operation.execute(TestCall.with(stage.authority().other(), () -> order.add(name)));
			}
			assertThat(order).isEmpty();
			transaction.waiting.forEach(Deferred::committed);
			assertThat(order).containsExactly("first", "second", "third");
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void writeOfATransactionThatRolledBackIsNoFailure(MigrationStage stage) throws Throwable {
		Transaction transaction = new Transaction();
		try (TestEngine engine = Pooled.AFTER_COMMIT_WRITE.engine(stage, Pooled.LONG)) {
			Operation operation = engine.with(transaction)
				.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE));
			TestCall call = TestCall.of(() -> "old", () -> "new");
			operation.execute(call);
			transaction.waiting.forEach(Deferred::rolledBack);
			assertThat(call.invoked).containsExactly(stage.authority());
			assertThat(engine.skipped("rolled_back")).isEqualTo(1);
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
			operation.execute(call);
			transaction.waiting.get(1).unknown();
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void transactionsThatCannotBeAskedCountAsAFailedWriteAndReachNobody(MigrationStage stage) throws Throwable {
		try (TestEngine engine = Pooled.AFTER_COMMIT_WRITE.engine(stage, Pooled.LONG)) {
			Operation operation = engine.with(new BrokenTransactions())
				.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE));
			assertThat(operation.execute(TestCall.of(() -> "old", () -> "new"))).isEqualTo(stage.authority().key());
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void readsThatHangDoNotKeepTheWritesOfTheirFlagFromTheOtherSide(MigrationStage stage) throws Throwable {
		try (TestEngine engine = Pooled.DETACHED_READ.engine(stage, Pooled.LONG, 2, 4)) {
			MigrationOrigin side = stage.authority().other();
			Operation read = engine.operation("find", OperationType.READ);
			Operation write = engine.operation("save", OperationType.WRITE);
			for (int i = 0; i < 20; i++) {
				read.execute(TestCall.with(side, () -> {
					hang(this.released);
					return "late";
				}));
			}
			TestCall call = TestCall.of(() -> "old", () -> "new");
			write.execute(call);
			eventually(() -> assertThat(call.invoked).hasSize(2));
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	private static class Transaction implements CallerTransactions {

		final List<Deferred> waiting = new ArrayList<>();

		@Override
		public boolean defer(@Nullable String manager, Deferred write) {
			return this.waiting.add(write);
		}

		@Override
		public void written(Flag flag, @Nullable MigrationContext context, MigrationStage stage,
				@Nullable String manager) {
		}

		@Override
		public @Nullable MigrationStage writtenAt(Flag flag, @Nullable MigrationContext context) {
			return null;
		}

		@Override
		public boolean hasWritten(Flag flag) {
			return false;
		}

	}

	private static final class BrokenTransactions extends Transaction {

		@Override
		public boolean defer(@Nullable String manager, Deferred write) {
			throw new IllegalStateException("defer");
		}

	}

}
