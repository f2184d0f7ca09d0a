package dev.migrationflags.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
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
 * A secondary that hangs, whether or not it takes notice of an interrupt, keeps the
 * caller no longer than the mode says. That the caller is back while the secondary still
 * hangs is the proof.
 */
@Timeout(60)
class HangingSecondaryTests {

	private final CountDownLatch released = new CountDownLatch(1);

	private final SideCall hangs = () -> {
		hang(this.released);
		return "late";
	};

	@AfterEach
	void release() {
		this.released.countDown();
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void callerOfADetachedReadNeverWaits(MigrationStage stage) throws Throwable {
		try (TestEngine engine = Pooled.DETACHED_READ.engine(stage, Pooled.LONG)) {
			Operation operation = Pooled.DETACHED_READ.operation(engine);
			TestCall call = TestCall.with(stage.authority().other(), this.hangs);
			assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
			eventually(() -> assertThat(call.invoked).hasSize(2));
			assertThat(engine.calls("outcome", "timeout")).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	@Execution(ExecutionMode.CONCURRENT)
	void callerIsBackAtTheLimitAndTheTimeoutIsCounted(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.SHORT)) {
			MigrationOrigin side = stage.authority().other();
			assertThat(mode.operation(engine).execute(TestCall.with(side, this.hangs)))
				.isEqualTo(stage.authority().key());
			assertThat(this.released.getCount()).isEqualTo(1);
			eventually(
					() -> assertThat(engine.calls("origin", side.key(), "outcome", "timeout", "authoritative", "false"))
						.isEqualTo(1));
			if (mode.isRead()) {
				eventually(() -> assertThat(engine.compared(stage, "timeout")).isEqualTo(1));
			}
			else {
				eventually(() -> assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	@Execution(ExecutionMode.CONCURRENT)
	void readThatTakesTooLongIsInterruptedAndAWriteIsNot(MigrationStage stage, Pooled mode) throws Throwable {
		CountDownLatch interrupted = new CountDownLatch(1);
		try (TestEngine engine = mode.engine(stage, Pooled.SHORT)) {
			mode.operation(engine).execute(TestCall.with(stage.authority().other(), () -> {
				try {
					this.released.await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
				return "late";
			}));
			eventually(() -> assertThat(engine.calls("outcome", "timeout")).isEqualTo(1));
			if (mode.isRead()) {
				assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
			}
			else {
				assertThat(interrupted.getCount()).isEqualTo(1);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	@Execution(ExecutionMode.CONCURRENT)
	void lateResultIsNeitherTimedNorCompared(MigrationStage stage, Pooled mode) throws Throwable {
		// one thread: what runs next runs after the late one has ended altogether
		try (TestEngine engine = mode.engine(stage, Pooled.SHORT, 1, 10)) {
			MigrationOrigin side = stage.authority().other();
			mode.operation(engine).execute(TestCall.with(side, this.hangs));
			eventually(() -> assertThat(engine.calls("outcome", "timeout")).isEqualTo(1));
			double compared = engine.compared();
			this.released.countDown();
			CountDownLatch next = new CountDownLatch(1);
			engine.pool.lane().submit(next::countDown);
			assertThat(next.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(engine.calls("origin", side.key(), "outcome", "success")).isZero();
			assertThat(engine.calls("origin", side.key())).isEqualTo(1);
			assertThat(engine.compared()).isEqualTo(compared);
			assertThat(engine.skipped("saturated")).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	@Execution(ExecutionMode.CONCURRENT)
	void interruptOfALateSecondaryNeverReachesWhatTheThreadDoesNext(MigrationStage stage, Pooled mode)
			throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.SHORT, 1, 10)) {
			mode.operation(engine).execute(TestCall.with(stage.authority().other(), () -> {
				hang(this.released);
				Thread.currentThread().interrupt();
				return "late";
			}));
			eventually(() -> assertThat(engine.calls("outcome", "timeout")).isEqualTo(1));
			this.released.countDown();
			boolean[] interrupted = { true };
			CountDownLatch next = new CountDownLatch(1);
			engine.pool.lane().submit(() -> {
				interrupted[0] = Thread.currentThread().isInterrupted();
				next.countDown();
			});
			assertThat(next.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(interrupted[0]).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	void secondaryThatIsSlowButInTimeIsCountedAsUsual(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			MigrationOrigin side = stage.authority().other();
			CountDownLatch authorityDone = new CountDownLatch(1);
			SideCall slow = () -> {
				if (mode == Pooled.DETACHED_READ) {
					hang(this.released);
				}
				else if (mode == Pooled.CONCURRENT_READ) {
					authorityDone.await();
				}
				return "slow";
			};
			SideCall authority = () -> {
				authorityDone.countDown();
				return "slow";
			};
			TestCall call = (side == MigrationOrigin.OLD) ? TestCall.of(slow, authority) : TestCall.of(authority, slow);
			assertThat(mode.operation(engine).execute(call)).isEqualTo("slow");
			this.released.countDown();
			eventually(() -> assertThat(engine.calls("origin", side.key(), "outcome", "success")).isEqualTo(1));
			if (mode.isRead()) {
				eventually(() -> assertThat(engine.compared(stage, "match")).isEqualTo(1));
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	@Execution(ExecutionMode.CONCURRENT)
	void authorityThatTakesLongerThanTheLimitIsComparedAllTheSame(MigrationStage stage) throws Throwable {
		try (TestEngine engine = Pooled.CONCURRENT_READ.engine(stage, Pooled.SHORT)) {
			MigrationOrigin side = stage.authority().other();
			Operation operation = Pooled.CONCURRENT_READ.operation(engine);
			assertThat(operation.execute(TestCall.with(stage.authority(), () -> {
				eventually(() -> assertThat(engine.calls("origin", side.key())).isEqualTo(1));
				long end = System.nanoTime() + 2 * Pooled.SHORT.toNanos();
				eventually(() -> assertThat(System.nanoTime()).isGreaterThan(end));
				return side.key();
			}))).isEqualTo(side.key());
			eventually(() -> assertThat(engine.compared()).isEqualTo(1));
			assertThat(engine.compared(stage, "match")).isEqualTo(1);
		}
	}

}
