package dev.migrationflags.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.migrationflags.engine.Latches.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The interrupt of a caller is the caller's own: it survives the call and changes nothing
 * on the other side.
 */
@Timeout(60)
class CallersInterruptTests {

	@AfterEach
	void clearInterrupt() {
		Thread.interrupted();
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyStage")
	void interruptFromBeforeTheCallSurvivesIt(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			AtomicBoolean seen = new AtomicBoolean();
			TestCall call = withAuthority(stage, () -> {
				seen.set(Thread.currentThread().isInterrupted());
				return "value";
			}, () -> "value");
			Thread.currentThread().interrupt();
			assertThat(mode.operation(engine).execute(call)).isEqualTo("value");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(seen).isTrue();
			eventually(() -> assertThat(engine.calls("outcome", "success")).isEqualTo(mode.runsBoth(stage) ? 2 : 1));
		}
	}

	static Stream<Arguments> everyDualStageWhereTheCallerWaits() {
		return Pooled.everyDualStage().filter((arguments) -> arguments.get()[1] != Pooled.DETACHED_READ);
	}

	@ParameterizedTest
	@MethodSource("everyDualStageWhereTheCallerWaits")
	void interruptWhileTheCallerWaitsSurvivesAndShortensNothing(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			Thread caller = Thread.currentThread();
			CountDownLatch authorityEnded = new CountDownLatch(1);
			AtomicBoolean disturbed = new AtomicBoolean();
			TestCall call = withAuthority(stage, () -> {
				authorityEnded.countDown();
				return "value";
			}, () -> {
				authorityEnded.await();
				eventually(() -> assertThat(caller.getState()).isEqualTo(Thread.State.TIMED_WAITING));
				caller.interrupt();
				// the caller has taken the interrupt in and waits again
				eventually(() -> assertThat(caller.isInterrupted()).isFalse());
				eventually(() -> assertThat(caller.getState()).isEqualTo(Thread.State.TIMED_WAITING));
				disturbed.set(Thread.currentThread().isInterrupted());
				return "value";
			});
			assertThat(mode.operation(engine).execute(call)).isEqualTo("value");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(disturbed).isFalse();
			assertThat(engine.calls("origin", stage.authority().other().key(), "outcome", "success")).isEqualTo(1);
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	void interruptOfTheSecondaryIsNotTheCallers(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			mode.operation(engine).execute(withAuthority(stage, () -> "value", () -> {
				Thread.currentThread().interrupt();
				return "value";
			}));
			eventually(() -> assertThat(engine.calls("outcome", "success")).isEqualTo(2));
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyStage")
	void interruptThatTheAuthorityHasConsumedStaysConsumed(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			Thread.currentThread().interrupt();
			mode.operation(engine).execute(withAuthority(stage, Thread::interrupted, () -> "value"));
			assertThat(Thread.interrupted()).isFalse();
		}
	}

	private static TestCall withAuthority(MigrationStage stage, SideCall authority, SideCall secondary) {
		return (stage.authority() == MigrationOrigin.OLD) ? TestCall.of(authority, secondary)
				: TestCall.of(secondary, authority);
	}

}
