package dev.migrationflags.engine;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.migrationflags.engine.Latches.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Nothing that a secondary on the pool returns or throws reaches the caller.
 */
@Timeout(60)
class PooledIsolationTests {

	static Stream<Arguments> everyDualStageAndThrowable() {
		List<Throwable> throwables = List.of(new IllegalStateException("unchecked"), new IOException("checked"),
				new AssertionError("error"), new LinkageError("error"), new ThreadDeath(), new OutOfMemoryError("fake"),
				new InterruptedException("interrupt"), new Throwable("neither"), new HostileException());
		return Pooled.everyDualStage()
			.flatMap((arguments) -> throwables.stream()
				.map((throwable) -> arguments(arguments.get()[0], arguments.get()[1], throwable)));
	}

	@ParameterizedTest(name = "{0} {1} {index}")
	@MethodSource("everyDualStageAndThrowable")
	void secondaryThrowableNeverReachesTheCaller(MigrationStage stage, Pooled mode, Throwable throwable)
			throws Throwable {
		callerSeesOnlyTheAuthority(stage, mode, "error", () -> {
			throw throwable;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	void secondaryThatRecursesWithoutEndNeverReachesTheCaller(MigrationStage stage, Pooled mode) throws Throwable {
		callerSeesOnlyTheAuthority(stage, mode, "error", () -> endless(1));
	}

	@SuppressWarnings("InfiniteRecursion")
	private static int endless(int depth) {
		return endless(depth + 1) + 1;
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	void secondaryThatFillsMemoryNeverReachesTheCaller(MigrationStage stage, Pooled mode) throws Throwable {
		callerSeesOnlyTheAuthority(stage, mode, "error", () -> {
			List<long[]> hoard = List.of(new long[1 << 20]);
			return hoard.size() + new long[Integer.MAX_VALUE].length;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyDualStage")
	void secondaryThatReturnsNullNeverReachesTheCaller(MigrationStage stage, Pooled mode) throws Throwable {
		callerSeesOnlyTheAuthority(stage, mode, "success", () -> null);
	}

	private static void callerSeesOnlyTheAuthority(MigrationStage stage, Pooled mode, String outcome,
			SideCall secondary) throws Throwable {
		IOException failure = new IOException("authority");
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			MigrationOrigin side = stage.authority().other();
			Operation operation = mode.operation(engine);
			assertThat(operation.execute(TestCall.with(side, secondary))).isEqualTo(stage.authority().key());
			eventually(() -> assertThat(engine.calls("origin", side.key(), "outcome", outcome)).isEqualTo(1));
			SideCall failing = () -> {
				throw failure;
			};
			TestCall both = (side == MigrationOrigin.NEW) ? TestCall.of(failing, secondary)
					: TestCall.of(secondary, failing);
			assertThat(catchThrowable(() -> operation.execute(both))).isSameAs(failure);
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			int secondaries = mode.isRead() ? 2 : 1;
			eventually(() -> assertThat(engine.calls("origin", side.key(), "outcome", outcome)).isEqualTo(secondaries));
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyStage")
	void authorityRunsOnTheCallersThreadAndTheSecondaryNever(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			Queue<Thread> authority = new ConcurrentLinkedQueue<>();
			Queue<Thread> secondary = new ConcurrentLinkedQueue<>();
			SideCall first = () -> authority.add(Thread.currentThread());
			SideCall second = () -> secondary.add(Thread.currentThread());
			TestCall call = (stage.authority() == MigrationOrigin.OLD) ? TestCall.of(first, second)
					: TestCall.of(second, first);
			mode.operation(engine).execute(call);
			assertThat(authority).containsExactly(Thread.currentThread());
			eventually(() -> assertThat(secondary).hasSize(mode.runsBoth(stage) ? 1 : 0)
				.allMatch((thread) -> thread.getName().startsWith("migration-")));
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Pooled#everyStage")
	void onlyTheSidesOfTheStageRun(MigrationStage stage, Pooled mode) throws Throwable {
		try (TestEngine engine = mode.engine(stage, Pooled.LONG)) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(mode.operation(engine).execute(call)).isEqualTo(stage.authority().key());
			eventually(() -> assertThat(engine.calls("outcome", "success")).isEqualTo(mode.runsBoth(stage) ? 2 : 1));
			assertThat(call.invoked).contains(stage.authority()).hasSize(mode.runsBoth(stage) ? 2 : 1);
		}
	}

	/**
	 * An exception that is no help to those who handle it.
	 */
	private static final class HostileException extends RuntimeException {

		HostileException() {
			super(null, null, false, false);
		}

		@Override
		public String getMessage() {
			throw new IllegalStateException("getMessage");
		}

		@Override
		public synchronized Throwable getCause() {
			throw new IllegalStateException("getCause");
		}

		@Override
		public String toString() {
			throw new IllegalStateException("toString");
		}

	}

}
