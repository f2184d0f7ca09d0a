package dev.migrationflags.engine;

import java.util.concurrent.CountDownLatch;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.migrationflags.engine.Latches.eventually;
import static dev.migrationflags.engine.Latches.hang;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a secondary can use up is bounded: a full pool and a secondary that keeps failing
 * are skipped and counted, and the caller is served.
 */
@Timeout(60)
class BoundedSecondaryTests {

	private final CountDownLatch released = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.released.countDown();
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	void fullPoolSkipsTheSecondaryAndCountsIt(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG, 1, 0)) {
			CountDownLatch busy = new CountDownLatch(1);
			Operation operation = mode.operation(engine);
			engine.pool.lane().submit(() -> {
				busy.countDown();
				hang(this.released);
			});
			busy.await();
			TestCall call = TestCall.of(() -> "old", () -> "new");
			for (int i = 0; i < 3; i++) {
				assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
			}
			assertThat(call.invoked).hasSize(3).containsOnly(stage.authority());
			assertThat(engine.skipped("saturated")).isEqualTo(3);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(mode.isRead() ? 0 : 3);
			assertThat(engine.compared()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	@Execution(ExecutionMode.CONCURRENT)
	void secondaryThatKeepsFailingIsSkippedAndProbedLater(MigrationStage stage, Pooled mode) throws Throwable {
		MigrationOrigin side = stage.authority().other();
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			Operation operation = mode.operation(engine);
			TestCall broken = TestCall.with(side, () -> {
				throw new IllegalStateException();
			});
			keepsFailing(engine, operation, broken, stage, "error");
			TestCall mended = TestCall.of(() -> "old", () -> "new");
			eventually(() -> {
				call(operation, mended, stage);
				assertThat(mended.invoked).contains(side);
			});
			eventually(() -> assertThat(engine.calls("origin", side.key(), "outcome", "success")).isPositive());
			// the breaker hears of it a moment after the meter
			eventually(() -> {
				double open = engine.skipped("open");
				for (int i = 0; i < 10; i++) {
					call(operation, mended, stage);
				}
				assertThat(engine.skipped("open")).isEqualTo(open);
			});
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	@Execution(ExecutionMode.CONCURRENT)
	void secondaryThatKeepsHangingIsSkipped(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.SHORT)) {
			TestCall hanging = TestCall.with(stage.authority().other(), () -> {
				this.released.await();
				return "late";
			});
			keepsFailing(engine, mode.operation(engine), hanging, stage, "timeout");
		}
	}

	private static void keepsFailing(TestEngine engine, Operation operation, TestCall call, MigrationStage stage,
			String outcome) throws Throwable {
		for (int i = 1; i <= Breaker.FAILURES; i++) {
			int calls = i;
			call(operation, call, stage);
			eventually(() -> assertThat(engine.calls("outcome", outcome)).isEqualTo(calls));
		}
		eventually(() -> {
			call(operation, call, stage);
			assertThat(engine.skipped("open")).isPositive();
		});
		if (operation.spec().type() == OperationType.WRITE) {
			double all = engine.skipped("open") + engine.calls("outcome", outcome);
			assertThat((double) engine.flag.secondaryWriteFailures()).isEqualTo(all);
		}
	}

	private static void call(Operation operation, TestCall call, MigrationStage stage) {
		try {
			assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
		}
		catch (Throwable ex) {
			throw new AssertionError(ex);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void detachedReadThatHasWaitedTooLongIsNotRunAtAll(MigrationStage stage) throws Throwable {
		try (TestEngine engine = Pooled.DETACHED_READ.engine(stage, Pooled.SHORT, 1, 10)) {
			Operation operation = Pooled.DETACHED_READ.operation(engine);
			engine.pool.lane().submit(() -> hang(this.released));
			TestCall call = TestCall.of(() -> "old", () -> "new");
			operation.execute(call);
			long end = System.nanoTime() + 2 * Pooled.SHORT.toNanos();
			eventually(() -> assertThat(System.nanoTime()).isGreaterThan(end));
			this.released.countDown();
			eventually(() -> assertThat(engine.skipped("saturated")).isEqualTo(1));
			assertThat(call.invoked).containsExactly(stage.authority());
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	void whatAClosingPoolDropsIsCountedAndNobodyWaitsForIt(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG, 1, 10)) {
			CountDownLatch interrupted = new CountDownLatch(1);
			CountDownLatch busy = new CountDownLatch(1);
			Operation operation = mode.operation(engine);
			engine.pool.lane().submit(() -> {
				busy.countDown();
				try {
					this.released.await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
			});
			busy.await();
			TestCall call = TestCall.of(() -> "old", () -> "new");
			Thread caller = new Thread(() -> call(operation, call, stage));
			caller.start();
			eventually(() -> assertThat(caller.getState()).isIn(Thread.State.TIMED_WAITING, Thread.State.TERMINATED));
			engine.pool.close();
			caller.join();
			interrupted.await();
			assertThat(call.invoked).containsExactly(stage.authority());
			assertThat(engine.skipped("saturated")).isEqualTo(1);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(mode.isRead() ? 0 : 1);
			assertThat(engine.calls("outcome", "timeout")).isZero();
			// and the closed pool serves callers still
			call(operation, call, stage);
			assertThat(engine.skipped("saturated")).isEqualTo(2);
		}
	}

}
