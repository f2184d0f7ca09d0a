package dev.migrationflags.engine;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.pool.DaemonThreads;
import dev.migrationflags.engine.pool.FairPool;
import dev.migrationflags.engine.pool.Watchdog;
import dev.migrationflags.flags.FlagRegistry;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * With a registry of observations, every side of a call is one, whichever thread runs it.
 */
class ObservedSidesTests {

	private final List<Observation.Context> ended = new CopyOnWriteArrayList<>();

	private final ObservationRegistry observations = ObservationRegistry.create();

	private final FairPool pool = new FairPool(4, 16, DaemonThreads.numbered("migration-"));

	private final Watchdog watchdog = new Watchdog();

	private final MismatchReporter reporter = new MismatchReporter(10, List::of, Clock.systemUTC());

	@AfterEach
	void close() {
		this.pool.close();
		this.watchdog.close();
		this.reporter.close();
	}

	static Stream<Arguments> everyMode() {
		return Stream.of(MigrationStage.values())
			.flatMap(
					(stage) -> Stream.concat(
							Stream.of(ReadExecution.values())
								.map((execution) -> arguments(stage, OperationType.READ, execution,
										WriteTiming.IMMEDIATE)),
							Stream.of(WriteTiming.values())
								.map((timing) -> arguments(stage, OperationType.WRITE, ReadExecution.SERIAL, timing))));
	}

	@ParameterizedTest
	@MethodSource("everyMode")
	@Execution(ExecutionMode.CONCURRENT)
	void everySideIsAChildOfWhatTheCallerIsIn(MigrationStage stage, OperationType type, ReadExecution execution,
			WriteTiming timing) throws Throwable {
		this.observations.observationConfig().observationHandler(new Recorder());
		Operation operation = operation(stage, type, execution, timing, this.observations);
		Observation request = Observation.start("request", this.observations);
		try (Observation.Scope scope = request.openScope()) {
			TestCall call = TestCall.with(stage.authority().other(), () -> {
				throw new IllegalStateException();
			});
			assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
			assertThat(this.observations.getCurrentObservation()).isSameAs(request);
		}
		boolean both = (type == OperationType.READ) ? stage.readsBoth() : stage.writesBoth();
		Awaitility.await().untilAsserted(() -> assertThat(this.ended).hasSize(both ? 2 : 1));
		for (Observation.Context context : this.ended) {
			assertThat(context.getName()).isEqualTo("migration.call");
			@Nullable ObservationView parent = context.getParentObservation();
			assertThat(parent == request).isTrue();
		}
		assertSide(stage.authority(), stage, type, "success", "none");
		if (both) {
			assertSide(stage.authority().other(), stage, type, "error", "IllegalStateException");
		}
	}

	private void assertSide(MigrationOrigin side, MigrationStage stage, OperationType type, String outcome,
			String exception) {
		assertThat(this.ended)
			.filteredOn((context) -> ("orders-db find " + side.key()).equals(context.getContextualName()))
			.singleElement()
			.satisfies((context) -> assertThat(context.getLowCardinalityKeyValues().stream())
				.extracting((keyValue) -> entry(keyValue.getKey(), keyValue.getValue()))
				.containsExactlyInAnyOrder(entry("flag", "orders-db"), entry("operation", "find"),
						entry("type", type.key()), entry("stage", stage.key()), entry("origin", side.key()),
						entry("authoritative", Boolean.toString(stage.authority() == side)), entry("outcome", outcome),
						entry("exception", exception)));
	}

	@ParameterizedTest
	@MethodSource("everyMode")
	@Execution(ExecutionMode.CONCURRENT)
	void handlerThatThrowsReachesNobody(MigrationStage stage, OperationType type, ReadExecution execution,
			WriteTiming timing) throws Throwable {
		this.observations.observationConfig().observationHandler(new Hostile());
		Operation operation = operation(stage, type, execution, timing, this.observations);
		TestCall call = TestCall.of(() -> "old", () -> "new");
		assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
		boolean both = (type == OperationType.READ) ? stage.readsBoth() : stage.writesBoth();
		Awaitility.await().until(() -> call.invoked.size() == (both ? 2 : 1));
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void withoutARegistryNothingIsWrapped(MigrationStage stage) throws Throwable {
		Operation operation = operation(stage, OperationType.READ, ReadExecution.SERIAL, WriteTiming.IMMEDIATE, null);
		assertThat(operation.meters().observations()).isNull();
		assertThat(operation.execute(TestCall.of(() -> "old", () -> "new"))).isEqualTo(stage.authority().key());
	}

	private Operation operation(MigrationStage stage, OperationType type, ReadExecution execution, WriteTiming timing,
			@Nullable ObservationRegistry observations) {
		MigrationFlag flag = MigrationFlag.named("orders-db")
			.stage(stage)
			.readExecution(execution)
			.writeTiming(timing)
			.build();
		EngineMeters meters = new EngineMeters(SimpleMeterRegistry::new,
				(observations != null) ? () -> observations : null);
		Engine engine = new Engine(meters, MigrationContext::anonymous, ComparatorLookup.NONE, this.reporter, false,
				new Secondaries(this.pool, this.watchdog, ContextCarrier.NONE), CallerTransactions.NONE);
		return engine.operation(OperationSpec.of(FlagRegistry.of(List.of(flag)).get("orders-db"), "find", type));
	}

	private final class Recorder implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			if (context.getLowCardinalityKeyValues().stream().map(KeyValue::getKey).anyMatch("flag"::equals)) {
				ObservedSidesTests.this.ended.add(context);
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	private static final class Hostile implements ObservationHandler<Observation.Context> {

		@Override
		public void onStart(Observation.Context context) {
			throw new IllegalStateException("start");
		}

		@Override
		public void onScopeOpened(Observation.Context context) {
			throw new AssertionError("scope");
		}

		@Override
		public void onStop(Observation.Context context) {
			throw new IllegalStateException("stop");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
