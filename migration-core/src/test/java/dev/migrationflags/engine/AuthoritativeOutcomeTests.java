package dev.migrationflags.engine;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The caller gets what the authoritative side gives, under one stage.
 */
class AuthoritativeOutcomeTests {

	static Stream<Arguments> everyStageAndThrowable() {
		List<Throwable> throwables = List.of(new IllegalStateException("unchecked"), new IOException("checked"),
				new AssertionError("error"), new StackOverflowError(), new InterruptedException("interrupted"),
				new Throwable("neither"));
		return Dual.everyStage()
			.flatMap((arguments) -> throwables.stream()
				.map((throwable) -> arguments(arguments.get()[0], arguments.get()[1], throwable)));
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyStage")
	void valueOfTheAuthorityIsWhatTheCallerGets(MigrationStage stage, Dual dual) throws Throwable {
		try (TestEngine engine = dual.engine(stage)) {
			Operation operation = dual.operation(engine);
			for (int i = 0; i < dual.times(); i++) {
				Object value = new Object();
				TestCall call = TestCall.with(stage.authority(), () -> value);
				assertThat(operation.execute(call)).isSameAs(value);
				assertThat(call.invoked).hasSize(dual.runsBoth(stage) ? 2 : 1).contains(stage.authority());
			}
		}
	}

	@ParameterizedTest
	@MethodSource("everyStageAndThrowable")
	void exceptionOfTheAuthorityReachesTheCallerAsTheSameInstance(MigrationStage stage, Dual dual,
			Throwable throwable) {
		try (TestEngine engine = dual.engine(stage)) {
			Operation operation = dual.operation(engine);
			for (int i = 0; i < dual.times(); i++) {
				TestCall call = TestCall.with(stage.authority(), () -> {
					throw throwable;
				});
				assertThat(catchThrowable(() -> operation.execute(call))).isSameAs(throwable);
				assertThat(throwable.getSuppressed()).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyStage")
	void writeOfTheOtherSideIsNotRunIfTheAuthorityFails(MigrationStage stage, Dual dual) {
		try (TestEngine engine = dual.engine(stage)) {
			TestCall call = TestCall.with(stage.authority(), () -> {
				throw new IOException();
			});
			assertThat(catchThrowable(() -> dual.operation(engine).execute(call))).isInstanceOf(IOException.class);
			assertThat(call.invoked).hasSize((dual.type == OperationType.READ && stage.readsBoth()) ? 2 : 1)
				.contains(stage.authority());
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyStage")
	void contextAndStageAreAskedForOncePerCall(MigrationStage stage, Dual dual) throws Throwable {
		AtomicInteger asked = new AtomicInteger();
		try (TestEngine engine = TestEngine.at(MigrationStage.OFF, (flag) -> flag.rollout(stage, 100),
				new SimpleMeterRegistry(), () -> {
					asked.incrementAndGet();
					return MigrationContext.of("somebody");
				})) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(dual.operation(engine).execute(call)).isEqualTo(stage.authority().key());
			assertThat(call.invoked).hasSize(dual.runsBoth(stage) ? 2 : 1);
			assertThat(asked).hasValue(1);
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyStage")
	void moveDuringACallDoesNotChangeTheSidesOfThatCall(MigrationStage stage, Dual dual) throws Throwable {
		for (MigrationStage to : MigrationStage.values()) {
			try (TestEngine engine = dual.engine(stage)) {
				TestCall call = TestCall.with(stage.authority(), () -> {
					engine.moves.forceTo(TestEngine.FLAG, to, "in the middle of a call");
					return "authority";
				});
				assertThat(dual.operation(engine).execute(call)).isEqualTo("authority");
				assertThat(call.invoked).hasSize(dual.runsBoth(stage) ? 2 : 1).doesNotHaveDuplicates();
				assertThat(engine.calls("stage", stage.key())).isEqualTo(call.invoked.size());
				TestCall next = TestCall.of(() -> "old", () -> "new");
				assertThat(dual.operation(engine).execute(next)).isEqualTo(to.authority().key());
			}
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyStage")
	void contextThatCannotBeToldCostsTheRolloutAndNotTheCall(MigrationStage stage, Dual dual) throws Throwable {
		ContextSource broken = () -> {
			throw new AssertionError("no context");
		};
		try (TestEngine engine = TestEngine.at(stage,
				(flag) -> flag.rollout(MigrationStage.OFF, 100).readExecution(ReadExecution.SERIAL),
				new SimpleMeterRegistry(), broken)) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(dual.operation(engine).execute(call)).isEqualTo(stage.authority().key());
			assertThat(engine.meters.get("migration.flag.errors")
				.tags("flag", TestEngine.FLAG, "source", "context")
				.counter()
				.count()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyStage")
	void attributeThatCannotBeReadCostsTheCohortAndNotTheCall(MigrationStage stage, Dual dual) throws Throwable {
		Object broken = new Object() {
			@Override
			public String toString() {
				throw new IllegalStateException("not loaded");
			}
		};
		MigrationContext context = MigrationContext.of("user", "somebody", Map.of("plan", broken));
		try (TestEngine engine = TestEngine.at(stage,
				(flag) -> flag.cohort("staff", Map.of("plan", List.of("staff")), MigrationStage.OFF),
				new SimpleMeterRegistry(), () -> context)) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(dual.operation(engine).execute(call)).isEqualTo(stage.authority().key());
			assertThat(engine.meters.get("migration.flag.errors")
				.tags("flag", TestEngine.FLAG, "source", "context")
				.counter()
				.count()).isEqualTo(1);
		}
	}

}
