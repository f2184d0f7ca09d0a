package dev.migrationflags.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.random.Draw;
import dev.migrationflags.random.Tries;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static dev.migrationflags.engine.Latches.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random stages, modes, failures and delays against a small model: what the caller must
 * see of each call, and what must have been counted after it.
 */
class CallerModelTests {

	/** So long does a secondary that hangs keep a caller who waits. */
	private static final Duration TIMEOUT = Duration.ofMillis(400);

	@Test
	void callerSeesTheAuthorityAndEverythingIsCounted() {
		Tries.of(Calls::draw)
			.times(150)
			.shrinking(Calls::fewer)
			.hold((calls) -> check(calls.stage, calls.mode, calls.steps));
	}

	private static void check(MigrationStage stage, Mode mode, List<Step> steps) throws Throwable {
		boolean hangs = steps.stream().anyMatch((step) -> step.second == Outcome.HANGS);
		Duration timeout = hangs ? TIMEOUT : Pooled.LONG;
		try (TestEngine engine = TestEngine.at(stage,
				(flag) -> flag.readExecution(mode.execution)
					.readTimeout(timeout)
					.writeTiming(mode.timing)
					.writeTimeout(timeout)
					.writeDeadline(Pooled.LONG.plus(Pooled.LONG)))) {
			Operation operation = engine.operation("find", mode.type);
			Model model = new Model(stage, mode);
			CountDownLatch released = new CountDownLatch(1);
			for (Step step : steps) {
				Step possible = mode.possible(step);
				double open = engine.skipped("open");
				TestCall call = call(stage, possible, released);
				callAndCheck(operation, call, stage, possible);
				// whether an open breaker probes is a matter of time, so it is asked
				boolean skipped = model.isOpen() && engine.skipped("open") > open;
				model.called(possible, skipped);
				eventually(() -> assertThat(counted(engine)).isEqualTo(model.expected));
				assertThat(call.invoked.stream().filter(stage.authority()::equals)).hasSize(1);
				assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(model.failedWrites);
			}
			released.countDown();
			assertThat(counted(engine)).isEqualTo(model.expected);
		}
	}

	private static void callAndCheck(Operation operation, TestCall call, MigrationStage stage, Step step)
			throws Throwable {
		Throwable thrown = null;
		Object value = null;
		try {
			value = operation.execute(call);
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		assertThat(thrown).isSameAs(step.first.failure);
		if (thrown == null) {
			assertThat(Objects.equals(value, step.first.value)).isTrue();
		}
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(call.invoked).contains(stage.authority());
	}

	private static TestCall call(MigrationStage stage, Step step, CountDownLatch released) {
		SideCall first = () -> step.first.play(step.firstMicros, released);
		SideCall second = () -> step.second.play(step.secondMicros, released);
		return (stage.authority() == MigrationOrigin.OLD) ? TestCall.of(first, second) : TestCall.of(second, first);
	}

	private static Map<String, Long> counted(TestEngine engine) {
		Map<String, Long> counted = new TreeMap<>();
		for (Meter meter : engine.meters.getMeters()) {
			String name = meter.getId().getName();
			switch (name) {
				case "migration.calls" ->
					counted.merge(meter.getId().getTag("origin") + " " + meter.getId().getTag("outcome") + " "
							+ meter.getId().getTag("exception"), ((Timer) meter).count(), Long::sum);
				case "migration.comparisons" -> counted.merge("compared " + meter.getId().getTag("result"),
						(long) ((Counter) meter).count(), Long::sum);
				case "migration.skipped" -> counted.merge("skipped " + meter.getId().getTag("reason"),
						(long) ((Counter) meter).count(), Long::sum);
				default -> {
				}
			}
		}
		return counted;
	}

	/**
	 * What is called, one after the other.
	 */
	record Calls(MigrationStage stage, Mode mode, List<Step> steps) {

		static Calls draw(Draw draw) {
			return new Calls(draw.oneOf(MigrationStage.values()), draw.oneOf(Mode.values()),
					draw.list(1, 12, Step::draw));
		}

		Stream<Calls> fewer() {
			return Tries.shorter(this.steps).map((fewer) -> new Calls(this.stage, this.mode, fewer));
		}

	}

	record Step(Outcome first, Outcome second, int firstMicros, int secondMicros) {

		static Step draw(Draw draw) {
			Outcome first = draw.oneOf(Outcome.VALUE, Outcome.VALUE, Outcome.OTHER, Outcome.NULL, Outcome.THROWS,
					Outcome.FAILS);
			// fails so often that breakers open
			Outcome second = draw.oneOf(Outcome.VALUE, Outcome.VALUE, Outcome.OTHER, Outcome.NULL, Outcome.THROWS,
					Outcome.THROWS, Outcome.FAILS);
			return new Step(first, draw.oneIn(28) ? Outcome.HANGS : second, draw.between(0, 500), draw.between(0, 500));
		}

	}

	enum Mode {

		DETACHED(OperationType.READ, ReadExecution.DETACHED, WriteTiming.IMMEDIATE),

		CONCURRENT(OperationType.READ, ReadExecution.CONCURRENT, WriteTiming.IMMEDIATE),

		SERIAL(OperationType.READ, ReadExecution.SERIAL, WriteTiming.IMMEDIATE),

		RANDOM(OperationType.READ, ReadExecution.RANDOM, WriteTiming.IMMEDIATE),

		IMMEDIATE(OperationType.WRITE, ReadExecution.SERIAL, WriteTiming.IMMEDIATE),

		AFTER_COMMIT(OperationType.WRITE, ReadExecution.SERIAL, WriteTiming.AFTER_COMMIT);

		final OperationType type;

		final ReadExecution execution;

		final WriteTiming timing;

		Mode(OperationType type, ReadExecution execution, WriteTiming timing) {
			this.type = type;
			this.execution = execution;
			this.timing = timing;
		}

		/**
		 * The modes on the caller's thread do not bound a secondary that hangs.
		 */
		Step possible(Step step) {
			boolean pooled = this == DETACHED || this == CONCURRENT || this == AFTER_COMMIT;
			return (step.second == Outcome.HANGS && !pooled)
					? new Step(step.first, Outcome.THROWS, step.firstMicros, step.secondMicros) : step;
		}

	}

	enum Outcome {

		VALUE("value", null), OTHER("other", null), NULL(null, null), THROWS(null, new IllegalStateException()),

		FAILS(null, new AssertionError()), HANGS(null, null);

		final @Nullable String value;

		final @Nullable Throwable failure;

		Outcome(@Nullable String value, @Nullable Throwable failure) {
			this.value = value;
			this.failure = failure;
		}

		@Nullable Object play(int micros, CountDownLatch released) throws Throwable {
			LockSupport.parkNanos(micros * 1000L);
			if (this == HANGS) {
				Latches.hang(released);
			}
			if (this.failure != null) {
				throw this.failure;
			}
			return this.value;
		}

		String counted() {
			return (this.failure != null) ? "error " + this.failure.getClass().getSimpleName() : "success none";
		}

	}

	/**
	 * What must have been counted.
	 */
	private static final class Model {

		final Map<String, Long> expected = new TreeMap<>();

		long failedWrites;

		private final MigrationStage stage;

		private final boolean read;

		private int failures;

		Model(MigrationStage stage, Mode mode) {
			this.stage = stage;
			this.read = mode.type == OperationType.READ;
		}

		boolean isOpen() {
			return this.failures >= Breaker.FAILURES;
		}

		private void count(String what) {
			this.expected.merge(what, 1L, Long::sum);
		}

		void called(Step step, boolean skipped) {
			String other = this.stage.authority().other().key();
			boolean firstFailed = step.first.failure != null;
			count(this.stage.authority().key() + " " + step.first.counted());
			boolean both = this.read ? this.stage.readsBoth() : this.stage.writesBoth() && !firstFailed;
			if (!both) {
				return;
			}
			if (skipped) {
				count("skipped open");
				this.failedWrites += this.read ? 0 : 1;
				return;
			}
			boolean secondFailed = step.second.failure != null || step.second == Outcome.HANGS;
			count(other + " " + ((step.second == Outcome.HANGS) ? "timeout none" : step.second.counted()));
			if (this.read) {
				count("compared " + comparison(step));
			}
			this.failedWrites += (!this.read && secondFailed) ? 1 : 0;
			boolean held = secondFailed && (!firstFailed || step.second == Outcome.HANGS);
			this.failures = held ? this.failures + 1 : 0;
		}

		private String comparison(Step step) {
			if (step.second == Outcome.HANGS) {
				return "timeout";
			}
			if (step.first.failure != null && step.second.failure != null) {
				return (step.first == step.second) ? "match" : "mismatch";
			}
			if (step.first.failure != null) {
				return this.stage.authority().key() + "_error";
			}
			if (step.second.failure != null) {
				return this.stage.authority().other().key() + "_error";
			}
			return (step.first == step.second) ? "match" : "mismatch";
		}

	}

}
