package dev.migrationflags.engine;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.metrics.EngineMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What a call leaves in the meter registry: every meter that exists after it, with all
 * its tags and its value, and no other.
 */
class MeteredOperationTests {

	static Stream<Arguments> everyStageAndFault() {
		return Dual.everyStage()
			.filter((arguments) -> arguments.get()[1] != Dual.RANDOM_READ)
			.flatMap((arguments) -> Stream.of(Fault.values())
				.map((fault) -> arguments(arguments.get()[0], arguments.get()[1], fault)));
	}

	static Stream<Arguments> everyStageAndBrokenRegistry() {
		return Dual.everyStage()
			.flatMap((arguments) -> Stream.of(BrokenRegistry.values())
				.map((broken) -> arguments(arguments.get()[0], arguments.get()[1], broken)));
	}

	@ParameterizedTest
	@MethodSource("everyStageAndFault")
	void everySideThatRanIsTimedAndEveryComparisonCounted(MigrationStage stage, Dual dual, Fault fault) {
		try (TestEngine engine = dual.engine(stage)) {
			execute(dual.operation(engine), fault);
			Set<String> expected = expectedCalls(stage, dual, fault);
			if (dual == Dual.SERIAL_READ && stage.readsBoth()) {
				expected.add("migration.comparisons{flag=orders-db,operation=find,result=%s,stage=%s} 1"
					.formatted(fault.result, stage.key()));
			}
			assertThat(meters(engine.meters)).isEqualTo(expected);
		}
	}

	private static Set<String> expectedCalls(MigrationStage stage, Dual dual, Fault fault) {
		Set<String> expected = new TreeSet<>();
		boolean both = dual.runsBoth(stage)
				&& !(dual.type == OperationType.WRITE && fault.failure(stage.authority()) != null);
		for (MigrationOrigin side : both ? MigrationOrigin.values() : new MigrationOrigin[] { stage.authority() }) {
			Exception failure = fault.failure(side);
			expected.add(("migration.calls{authoritative=%s,exception=%s,flag=orders-db,operation=find,origin=%s,"
					+ "outcome=%s,stage=%s,type=%s} 1")
				.formatted(side == stage.authority(), (failure != null) ? failure.getClass().getSimpleName() : "none",
						side.key(), (failure != null) ? "error" : "success", stage.key(), dual.type.key()));
		}
		return expected;
	}

	@ParameterizedTest
	@MethodSource("everyStageAndFault")
	void successesAreNotRecordedWithoutTrackLatencyNorFailuresWithoutTrackErrors(MigrationStage stage, Dual dual,
			Fault fault) {
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.trackLatency(false))) {
			execute(dual.operation(engine), fault);
			Set<String> expected = expectedCalls(stage, dual, fault);
			expected.removeIf((meter) -> meter.contains("outcome=success"));
			assertThat(calls(engine.meters)).isEqualTo(expected);
		}
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.trackErrors(false))) {
			execute(dual.operation(engine), fault);
			Set<String> expected = expectedCalls(stage, dual, fault);
			expected.removeIf((meter) -> meter.contains("outcome=error"));
			assertThat(calls(engine.meters)).isEqualTo(expected);
			assertThat(engine.compared()).isEqualTo((dual == Dual.SERIAL_READ && stage.readsBoth()) ? 1 : 0);
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyStage")
	void timeOfASideIsItsOwn(MigrationStage stage, Dual dual) throws Throwable {
		try (TestEngine engine = dual.engine(stage)) {
			dual.operation(engine).execute(TestCall.with(MigrationOrigin.NEW, () -> {
				long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
				while (System.nanoTime() < until) {
					Thread.onSpinWait();
				}
				return "new";
			}));
			for (Timer timer : engine.meters.get("migration.calls").timers()) {
				if ("new".equals(timer.getId().getTag("origin"))) {
					assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isGreaterThanOrEqualTo(20);
				}
				else {
					assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isPositive();
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("everyStageAndBrokenRegistry")
	void registryThatThrowsCostsTheMetersOnly(MigrationStage stage, Dual dual, BrokenRegistry broken) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag, broken.create(), MigrationContext::anonymous)) {
			Operation operation = dual.operation(engine);
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
			assertThat(call.invoked).hasSize(dual.runsBoth(stage) ? 2 : 1);
			assertThat(engine.reporter.recent(TestEngine.FLAG))
				.hasSize((dual.type == OperationType.READ && stage.readsBoth()) ? 1 : 0);
			for (Fault fault : Fault.values()) {
				execute(operation, fault);
			}
			engine.moves.forceTo(TestEngine.FLAG, MigrationStage.OFF, "counted, or not");
			engine.engineMeters.stageGauge(engine.flag);
			engine.engineMeters.flagError(TestEngine.FLAG, "context");
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyStage")
	void withoutARegistryEverythingElseWorks(MigrationStage stage, Dual dual) throws Throwable {
		for (EngineMeters none : new EngineMeters[] { EngineMeters.none(), new EngineMeters(() -> {
			throw new IllegalStateException("no registry");
		}) }) {
			try (TestEngine engine = dual.engine(stage)) {
				Operation operation = engine.with(none, ComparatorLookup.NONE, false)
					.operation(OperationSpec.of(engine.flag, "find", dual.type));
				TestCall call = TestCall.of(() -> "old", () -> "new");
				assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
				assertThat(call.invoked).hasSize(dual.runsBoth(stage) ? 2 : 1);
				assertThat(engine.reporter.recent(TestEngine.FLAG))
					.hasSize((dual.type == OperationType.READ && stage.readsBoth()) ? 1 : 0);
				for (Fault fault : Fault.values()) {
					execute(operation, fault);
				}
				none.stageGauge(engine.flag);
				none.flagError(TestEngine.FLAG, "context");
				assertThat(engine.meters.getMeters()).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("everyStageAndFault")
	void metersAreResolvedOnce(MigrationStage stage, Dual dual, Fault fault) {
		AtomicInteger lookUps = new AtomicInteger();
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.readCheckSampling(1))) {
			EngineMeters counting = new EngineMeters(() -> {
				lookUps.incrementAndGet();
				return engine.meters;
			});
			Operation operation = engine.with(counting, ComparatorLookup.NONE, false)
				.operation(OperationSpec.of(engine.flag, "find", dual.type));
			for (int i = 0; i < 6; i++) {
				execute(operation, fault);
			}
			int resolved = lookUps.get();
			assertThat(resolved).isPositive();
			for (int i = 0; i < 50; i++) {
				execute(operation, fault);
			}
			// a probe of an open breaker finds its meters as well
			assertThat(lookUps).hasValue(resolved);
		}
	}

	@ParameterizedTest
	@EnumSource
	void meterThatAFilterDeniesIsMissedByNobody(MigrationStage stage) throws Throwable {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		registry.config().meterFilter(MeterFilter.deny());
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag, registry, MigrationContext::anonymous)) {
			assertThat(engine.operation("find", OperationType.READ).execute(TestCall.of(() -> "old", () -> "new")))
				.isEqualTo(stage.authority().key());
			assertThat(registry.getMeters()).isEmpty();
		}
	}

	private static void execute(Operation operation, Fault fault) {
		try {
			operation.execute(TestCall.of(() -> fault.run(MigrationOrigin.OLD), () -> fault.run(MigrationOrigin.NEW)));
		}
		catch (Throwable ex) {
			assertThat(ex).isNotInstanceOf(Error.class);
		}
	}

	private static Set<String> meters(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.map(MeteredOperationTests::describe)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Set<String> calls(MeterRegistry registry) {
		return meters(registry).stream()
			.filter((meter) -> meter.startsWith("migration.calls"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String describe(Meter meter) {
		String tags = meter.getId()
			.getTags()
			.stream()
			.map((Tag tag) -> tag.getKey() + "=" + tag.getValue())
			.sorted()
			.collect(Collectors.joining(","));
		double value = (meter instanceof Timer timer) ? timer.count() : ((Counter) meter).count();
		return "%s{%s} %.0f".formatted(meter.getId().getName(), tags, value);
	}

	/**
	 * Which sides fail, and what a dual read makes of it.
	 */
	enum Fault {

		NONE(null, null, "match"),

		OLD(new IOException(), null, "old_error"),

		NEW(null, new IllegalStateException(), "new_error"),

		BOTH_ALIKE(new IOException(), new IOException(), "match"),

		BOTH_DIFFERENTLY(new IOException(), new IllegalStateException(), "mismatch"),

		DIFFERENT_VALUES(null, null, "mismatch");

		private final @Nullable Exception oldFailure;

		private final @Nullable Exception newFailure;

		final String result;

		Fault(@Nullable Exception oldFailure, @Nullable Exception newFailure, String result) {
			this.oldFailure = oldFailure;
			this.newFailure = newFailure;
			this.result = result;
		}

		@Nullable Exception failure(MigrationOrigin side) {
			return (side == MigrationOrigin.OLD) ? this.oldFailure : this.newFailure;
		}

		Object run(MigrationOrigin side) throws Exception {
			Exception failure = failure(side);
			if (failure != null) {
				throw failure;
			}
			return (this == DIFFERENT_VALUES) ? side.key() : "same";
		}

	}

	/**
	 * Where a registry can throw.
	 */
	enum BrokenRegistry {

		NEW_METER {
			@Override
			MeterRegistry create() {
				return new SimpleMeterRegistry() {
					@Override
					protected Timer newTimer(Meter.Id id, DistributionStatisticConfig configuration,
							PauseDetector pauseDetector) {
						throw new IllegalStateException("newTimer");
					}

					@Override
					protected Counter newCounter(Meter.Id id) {
						throw new AssertionError("newCounter");
					}
				};
			}
		},

		FILTER {
			@Override
			MeterRegistry create() {
				SimpleMeterRegistry registry = new SimpleMeterRegistry();
				registry.config().meterFilter(new MeterFilter() {
					@Override
					public Meter.Id map(Meter.Id id) {
						throw new IllegalStateException("map");
					}
				});
				return registry;
			}
		},

		RECORDING {
			@Override
			MeterRegistry create() {
				return new SimpleMeterRegistry() {
					@Override
					protected Timer newTimer(Meter.Id id, DistributionStatisticConfig configuration,
							PauseDetector pauseDetector) {
						Timer timer = Mockito.mock(Timer.class);
						Mockito.doThrow(new IllegalStateException("record"))
							.when(timer)
							.record(Mockito.anyLong(), Mockito.any());
						return timer;
					}

					@Override
					protected Counter newCounter(Meter.Id id) {
						Counter counter = Mockito.mock(Counter.class);
						Mockito.doThrow(new AssertionError("increment")).when(counter).increment();
						return counter;
					}
				};
			}
		};

		abstract MeterRegistry create();

	}

}
