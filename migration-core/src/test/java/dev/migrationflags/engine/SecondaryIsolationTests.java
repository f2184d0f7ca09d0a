package dev.migrationflags.engine;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.Migrator;
import dev.migrationflags.ResultComparator;
import dev.migrationflags.engine.Call.SideCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Nothing of the secondary side, and nothing that compares, reaches the caller.
 */
class SecondaryIsolationTests {

	@AfterEach
	void clearInterrupt() {
		Thread.interrupted();
	}

	static Stream<Arguments> everyDualStageAndThrowable() {
		List<Throwable> throwables = List.of(new IllegalStateException("unchecked"), new IOException("checked"),
				new AssertionError("error"), new LinkageError("error"), new ThreadDeath(), new Throwable("neither"));
		return Dual.everyDualStage()
			.flatMap((arguments) -> throwables.stream()
				.map((throwable) -> arguments(arguments.get()[0], arguments.get()[1], throwable)));
	}

	static Stream<Arguments> everyDualStageAndInterrupt() {
		return Dual.everyDualStage()
			.flatMap((arguments) -> Stream.of(InterruptedSide.values())
				.map((side) -> arguments(arguments.get()[0], arguments.get()[1], side)));
	}

	@ParameterizedTest
	@MethodSource("everyDualStageAndThrowable")
	void secondaryThrowableNeverReachesTheCaller(MigrationStage stage, Dual dual, Throwable throwable)
			throws Throwable {
		assertCallerSeesOnlyTheAuthority(stage, dual, () -> {
			throw throwable;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyDualStage")
	void secondaryStackOverflowNeverReachesTheCaller(MigrationStage stage, Dual dual) throws Throwable {
		assertCallerSeesOnlyTheAuthority(stage, dual, () -> endless(1));
	}

	@SuppressWarnings("InfiniteRecursion")
	private static int endless(int depth) {
		return endless(depth + 1) + 1;
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyDualStage")
	void secondaryThatReturnsNullNeverReachesTheCaller(MigrationStage stage, Dual dual) throws Throwable {
		assertCallerSeesOnlyTheAuthority(stage, dual, () -> null);
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyDualStage")
	void exceptionThatCannotBeAskedAboutItselfNeverReachesTheCaller(MigrationStage stage, Dual dual) throws Throwable {
		assertCallerSeesOnlyTheAuthority(stage, dual, () -> {
			throw new HostileException();
		});
	}

	private static void assertCallerSeesOnlyTheAuthority(MigrationStage stage, Dual dual, SideCall secondary)
			throws Throwable {
		IOException failure = new IOException("authority");
		for (int i = 0; i < dual.times(); i++) {
			try (TestEngine engine = dual.engine(stage)) {
				TestCall call = TestCall.with(stage.authority().other(), secondary);
				assertThat(dual.operation(engine).execute(call)).isEqualTo(stage.authority().key());
				assertThat(call.invoked).hasSize(2);
				SideCall failing = () -> {
					throw failure;
				};
				TestCall both = (stage.authority().ordinal() == 0) ? TestCall.of(failing, secondary)
						: TestCall.of(secondary, failing);
				assertThat(catchThrowable(() -> dual.operation(engine).execute(both))).isSameAs(failure);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("everyDualStageAndInterrupt")
	void interruptSurvivesTheSecondary(MigrationStage stage, Dual dual, InterruptedSide side) throws Throwable {
		for (int i = 0; i < dual.times(); i++) {
			try (TestEngine engine = dual.engine(stage)) {
				if (side.before) {
					Thread.currentThread().interrupt();
				}
				TestCall call = TestCall.with(stage.authority().other(), side.call);
				assertThat(dual.operation(engine).execute(call)).isEqualTo(stage.authority().key());
				assertThat(call.invoked).hasSize(2);
				assertThat(Thread.interrupted()).isTrue();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyDualStage")
	void nobodyIsInterruptedWithoutAnInterrupt(MigrationStage stage, Dual dual) throws Throwable {
		try (TestEngine engine = dual.engine(stage)) {
			dual.operation(engine).execute(TestCall.with(stage.authority().other(), () -> {
				throw new IOException();
			}));
			assertThat(Thread.interrupted()).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyDualStage")
	void interruptThatTheAuthorityHasConsumedStaysConsumed(MigrationStage stage, Dual dual) throws Throwable {
		for (int i = 0; i < dual.times(); i++) {
			try (TestEngine engine = dual.engine(stage)) {
				Thread.currentThread().interrupt();
				assertThat(dual.operation(engine).execute(TestCall.with(stage.authority(), Thread::interrupted)))
					.isEqualTo(true);
				assertThat(Thread.interrupted()).isFalse();
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "SHADOW, SERIAL_READ", "LIVE, SERIAL_READ", "SHADOW, RANDOM_READ", "LIVE, RANDOM_READ" })
	void comparatorThatThrowsCostsTheVerdictOnly(MigrationStage stage, Dual dual) throws Exception {
		List<Supplier<Throwable>> throwables = List.of(IllegalStateException::new, () -> new AssertionError("no"),
				StackOverflowError::new, HostileException::new);
		try (TestEngine engine = dual.engine(stage)) {
			for (Supplier<Throwable> throwable : throwables) {
				ResultComparator<String> broken = (oldValue, newValue) -> {
					throw SecondaryIsolationTests.<RuntimeException>sneaky(throwable.get());
				};
				Migrator<Integer, String, String> migrator = engine.<Integer, String, String>migrator()
					.read((id) -> "old", (id) -> "new", broken)
					.build();
				assertThat(migrator.read(1)).isEqualTo(stage.authority().key());
			}
			assertThat(engine.compared(stage, "comparator_error")).isEqualTo(throwables.size());
			assertThat(engine.compared()).isEqualTo(throwables.size());
			assertThat(engine.reporter.recent(TestEngine.FLAG)).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void valueThatCannotBeComparedCostsTheVerdictOnly(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage)) {
			HostileValue value = new HostileValue();
			Operation operation = engine.operation("find", OperationType.READ);
			TestCall call = TestCall.of(() -> value, () -> value).withKey(value);
			assertThat(operation.execute(call) == value).isTrue();
			TestCall other = TestCall.with(stage.authority().other(), () -> value).withKey(value);
			assertThat(operation.execute(other)).isEqualTo(stage.authority().key());
			assertThat(call.invoked).hasSize(2);
		}
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <T extends Throwable> T sneaky(Throwable throwable) throws T {
		throw (T) throwable;
	}

	/**
	 * What a secondary does to the interrupt flag of the caller's thread.
	 */
	enum InterruptedSide {

		LEAVES_IT(true, () -> "left"),

		CONSUMES_IT(true, Thread::interrupted),

		CONSUMES_IT_AND_FAILS(true, () -> {
			Thread.interrupted();
			throw new IOException();
		}),

		IS_INTERRUPTED_WHILE_IT_SLEEPS(false, () -> {
			Thread.currentThread().interrupt();
			Thread.sleep(60_000);
			return "slept";
		}),

		WRAPS_AN_INTERRUPT(false, () -> {
			Thread.currentThread().interrupt();
			try {
				Thread.sleep(60_000);
				return "slept";
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(new IOException(ex));
			}
		}),

		IS_INTERRUPTED_AND_RETURNS(false, () -> {
			Thread.currentThread().interrupt();
			return "done";
		});

		final boolean before;

		final SideCall call;

		InterruptedSide(boolean before, SideCall call) {
			this.before = before;
			this.call = call;
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

	/**
	 * A value that is no help to those who compare it.
	 */
	private static final class HostileValue {

		@Override
		public boolean equals(Object other) {
			throw new IllegalStateException("equals");
		}

		@Override
		public int hashCode() {
			throw new IllegalStateException("hashCode");
		}

		@Override
		public String toString() {
			throw new IllegalStateException("toString");
		}

	}

}
