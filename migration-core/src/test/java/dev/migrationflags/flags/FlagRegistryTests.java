package dev.migrationflags.flags;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlag.Cohort;
import dev.migrationflags.UnknownFlagException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.RAMP_DOWN;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link FlagRegistry} and the rules for definitions.
 */
class FlagRegistryTests {

	private static MigrationFlag.Builder flag() {
		return MigrationFlag.named("orders-db").stage(SHADOW);
	}

	private static Arguments wrong(String property, String what, UnaryOperator<MigrationFlag.Builder> change) {
		return arguments(property, what, change);
	}

	static Stream<Arguments> wrongDefinitions() {
		return Stream.of(wrong("stages", "5 stages", (flag) -> flag.stages(5)),
				wrong("stage", "no stage dualwrite", (flag) -> flag.stages(4).stage(DUAL_WRITE)),
				wrong("default-stage", "no stage rampdown", (flag) -> flag.stages(4).defaultStage(RAMP_DOWN)),
				wrong("rollout.rampdown", "no stage rampdown", (flag) -> flag.stages(4).rollout(RAMP_DOWN, 5)),
				wrong("rollout.live", "-1.0 is no percentage", (flag) -> flag.rollout(LIVE, -1)),
				wrong("rollout.live", "100.5 is no percentage", (flag) -> flag.rollout(LIVE, 100.5)),
				wrong("rollout.live", "NaN is no percentage", (flag) -> flag.rollout(LIVE, Double.NaN)),
				wrong("rollout", "add up to 101.0", (flag) -> flag.rollout(LIVE, 60).rollout(OFF, 41)),
				wrong("cohorts[0]", "neither", (flag) -> flag.cohort(new Cohort("a", Map.of(), null, Map.of()))),
				wrong("cohorts[0]", "both", (flag) -> flag.cohort(new Cohort("a", Map.of(), LIVE, Map.of(LIVE, 1.0)))),
				wrong("cohorts[1].name", "named 'a'",
						(flag) -> flag.cohort("a", Map.of(), LIVE).cohort("a", Map.of(), LIVE)),
				wrong("cohorts[0].name", "no name", (flag) -> flag.cohort(" ", Map.of(), LIVE)),
				wrong("cohorts[0].stage", "no stage dualwrite",
						(flag) -> flag.stages(4).cohort("a", Map.of(), DUAL_WRITE)),
				wrong("cohorts[0].rollout", "add up to 120.0",
						(flag) -> flag.cohort("a", Map.of(), Map.of(LIVE, 60.0, OFF, 60.0))),
				wrong("context", "blank", (flag) -> flag.context("")),
				wrong("readiness.required", "'consistancy'", (flag) -> flag.readinessRequired("consistancy")),
				wrong("readiness.consistency", "1.0 is no share", (flag) -> flag.readinessConsistency(1)),
				wrong("readiness.consistency", "NaN is no share", (flag) -> flag.readinessConsistency(Double.NaN)),
				wrong("readiness.volume", "0 is too few", (flag) -> flag.readinessVolume(0)),
				wrong("readiness.errors", "-0.1 is no share", (flag) -> flag.readinessErrors(-0.1)),
				wrong("readiness.latency", "0.0 is no ratio", (flag) -> flag.readinessLatency(0)),
				wrong("readiness.window", "PT59S", (flag) -> flag.readinessWindow(Duration.ofSeconds(59))),
				wrong("readiness.window", "PT1H1S", (flag) -> flag.readinessWindow(Duration.ofSeconds(3601))),
				wrong("guardrail.errors", "1.5 is no share", (flag) -> flag.guardrailErrors(1.5)),
				wrong("guardrail.p99", "PT0S", (flag) -> flag.guardrailP99(Duration.ZERO)),
				wrong("guardrail.latency", "Infinity", (flag) -> flag.guardrailLatency(Double.POSITIVE_INFINITY)),
				wrong("guardrail.window", "PT14S", (flag) -> flag.guardrailWindow(Duration.ofSeconds(14))),
				wrong("guardrail.window", "PT5M1S", (flag) -> flag.guardrailWindow(Duration.ofSeconds(301))),
				wrong("guardrail.calls", "0 is too few", (flag) -> flag.guardrailCalls(0)),
				wrong("guardrail.cool-down", "PT-1S", (flag) -> flag.guardrailCoolDown(Duration.ofSeconds(-1))),
				wrong("guardrail.enabled", "not tracked", (flag) -> flag.guardrailEnabled(true).trackErrors(false)),
				wrong("guardrail.enabled", "not tracked", (flag) -> flag.guardrailEnabled(true).trackLatency(false)),
				wrong("read.timeout", "PT0S", (flag) -> flag.readTimeout(Duration.ZERO)),
				wrong("read.sampling", "1.1", (flag) -> flag.readSampling(1.1)),
				wrong("read.check-sampling", "NaN", (flag) -> flag.readCheckSampling(Double.NaN)),
				wrong("write.timeout", "PT-1S", (flag) -> flag.writeTimeout(Duration.ofSeconds(-1))),
				wrong("comparison.max-nodes", "0 is no", (flag) -> flag.comparisonMaxNodes(0)),
				wrong("comparison.tolerance[lines[*].price]", "-0.1",
						(flag) -> flag.comparisonTolerance("lines[*].price", -0.1)),
				wrong("comparison.tolerance[a]", "NaN", (flag) -> flag.comparisonTolerance("a", Double.NaN)),
				wrong("operations.find.read.sampling", "-0.5",
						(flag) -> flag.operation("find", (operation) -> operation.readSampling(-0.5))));
	}

	@ParameterizedTest
	@MethodSource
	void wrongDefinitions(String property, String what, UnaryOperator<MigrationFlag.Builder> change) {
		List<MigrationFlag> definitions = List.of(change.apply(flag()).build());
		assertThat(FlagRegistry.validate(definitions, false)).singleElement().satisfies((problem) -> {
			assertThat(problem.where()).isEqualTo("flag 'orders-db', property '" + property + "'");
			assertThat(problem.what()).contains(what);
			assertThat(problem.fix()).isNotBlank();
		});
		assertThatExceptionOfType(MigrationSetupException.class).isThrownBy(() -> FlagRegistry.of(definitions));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Orders", "1orders", "orders_db", "orders.db", "orders db", "-orders", "öl" })
	void keysOutsideThePatternAreRefused(String key) {
		assertThat(FlagRegistry.validate(List.of(MigrationFlag.named(key).stage(OFF).build()), false)).singleElement()
			.extracting(Problem::what)
			.isEqualTo("'" + key + "' is no key of a flag");
	}

	@Test
	void aStaticFlagNeedsAStage() {
		List<MigrationFlag> definitions = List.of(MigrationFlag.named("f").defaultStage(OFF).build());
		assertThat(FlagRegistry.validate(definitions, false)).singleElement()
			.extracting(Problem::where)
			.isEqualTo("flag 'f', property 'stage'");
		assertThat(FlagRegistry.validate(definitions, true)).isEmpty();
		FlagSources sources = FlagSources.of(List::of, () -> Duration.ZERO, (flag, source, message, cause) -> {
		});
		assertThat(FlagRegistry.of(definitions, sources).get("f").stage()).isEqualTo(OFF);
	}

	@Test
	void aDefaultStageWithoutDynamicSourceIsIgnoredWithAWarning() {
		List<MigrationFlag> definitions = List.of(flag().defaultStage(OFF).build());
		assertThat(FlagRegistry.warnings(definitions, false)).hasSize(1);
		assertThat(FlagRegistry.warnings(definitions, true)).isEmpty();
		assertThat(FlagRegistry.of(definitions).get("orders-db").stage()).isEqualTo(SHADOW);
	}

	@Test
	void aFlagDefinedTwiceIsRefusedOnce() {
		MigrationFlag flag = flag().build();
		assertThat(FlagRegistry.validate(List.of(flag, flag, flag), false)).singleElement()
			.extracting(Problem::what)
			.isEqualTo("Flag 'orders-db' is defined twice");
	}

	@Test
	void aFaultThatOperationsInheritIsToldOnce() {
		MigrationFlag flag = flag().readSampling(2).operation("a", (o) -> o.comparisonEnabled(false)).build();
		assertThat(FlagRegistry.validate(List.of(flag), false)).hasSize(1);
	}

	@Test
	void everyProblemIsInTheMessage() {
		List<MigrationFlag> definitions = List.of(flag().stages(3).readSampling(7).build(),
				MigrationFlag.named("B").build());
		assertThatExceptionOfType(MigrationSetupException.class).isThrownBy(() -> FlagRegistry.of(definitions))
			.satisfies((ex) -> {
				assertThat(ex.getProblems()).hasSize(4);
				assertThat(ex.getProblems()).allSatisfy((problem) -> assertThat(ex.getMessage())
					.contains(problem.what(), problem.where(), problem.fix()));
			});
	}

	@Test
	void percentagesOfBinaryFractionsMayAddUpToHundred() {
		MigrationFlag flag = flag().rollout(OFF, 33.3).rollout(SHADOW, 33.3).rollout(LIVE, 33.4).build();
		assertThat(FlagRegistry.validate(List.of(flag), false)).isEmpty();
	}

	@Test
	void flagsAreFoundByKeyInOrderOfDefinition() {
		FlagRegistry registry = FlagRegistry
			.of(Stream.of("z", "a", "m").map((key) -> MigrationFlag.named(key).stage(OFF).build()).toList());
		assertThat(registry.keys()).containsExactly("z", "a", "m");
		assertThat(registry.all()).extracting(Flag::key).containsExactly("z", "a", "m");
		assertThat(registry.find("b")).isNull();
		assertThatExceptionOfType(UnknownFlagException.class).isThrownBy(() -> registry.get("b"))
			.withMessageContaining("z, a, m");
	}

	@Test
	void contextsThatShareDataMustNotDifferByClass() {
		MigrationFlag.Builder live = flag().rollout(LIVE, 10);
		assertThat(check(live, false)).isEmpty();
		assertThat(check(live, true)).singleElement().satisfies((problem) -> {
			assertThat(problem.what()).contains("live", "shadow");
			assertThat(problem.where()).contains("orders-db", "rollout");
			assertThat(problem.fix()).contains("migration.flags.orders-db.context");
		});
		assertThat(check(flag().rollout(DUAL_WRITE, 10), true)).isEmpty();
		assertThat(check(flag().rollout(LIVE, 0), true)).isEmpty();
		assertThat(check(flag().cohort("a", Map.of(), OFF), true)).hasSize(1);
		assertThat(check(flag().cohort("a", Map.of(), Map.of(COMPLETE, 1.0)), true)).hasSize(1);
		assertThat(check(flag().rollout(LIVE, 10).context("user"), true)).isEmpty();
	}

	@Test
	void onAFlagOfFourStagesThatIsAWarning() {
		FlagRegistry registry = FlagRegistry.of(List.of(flag().stages(4).rollout(LIVE, 10).build()));
		registry.all().forEach(Flag::declareWrites);
		assertThat(registry.checkRollouts()).isEmpty();
		assertThat(registry.rolloutWarnings()).hasSize(1);
	}

	private static List<Problem> check(MigrationFlag.Builder definition, boolean writes) {
		FlagRegistry registry = FlagRegistry.of(List.of(definition.build()));
		if (writes) {
			registry.all().forEach(Flag::declareWrites);
		}
		assertThat(registry.rolloutWarnings()).isEmpty();
		return registry.checkRollouts();
	}

}
