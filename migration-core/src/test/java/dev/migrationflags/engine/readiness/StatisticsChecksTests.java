package dev.migrationflags.engine.readiness;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.engine.metrics.ComparisonResult;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Readiness;
import dev.migrationflags.flags.Readiness.Check;
import dev.migrationflags.flags.StageMoves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link StatisticsChecks}, through the moves that they refuse.
 */
class StatisticsChecksTests {

	private static final String[] ALL = { "consistency", "volume", "errors", "latency" };

	private final AtomicLong time = new AtomicLong(1);

	private final EngineMeters meters = new EngineMeters(() -> null, null, this.time::get);

	private final OperationMeters find = this.meters.operation("f", "find", "read", true, true);

	private FlagRegistry registry = FlagRegistry.of(List.of());

	private StageMoves moves(MigrationStage stage, String... required) {
		return moves(MigrationFlag.named("f").stage(stage).readinessRequired(required));
	}

	private StageMoves moves(MigrationFlag.Builder flag) {
		this.registry = FlagRegistry.of(List.of(flag.build()));
		return new StageMoves(this.registry, this.meters::stageChanged, () -> "ada", Clock.systemUTC(), true, false,
				StatisticsChecks.of(this.meters));
	}

	private void compared(MigrationStage stage, ComparisonResult result, int times) {
		for (int i = 0; i < times; i++) {
			this.find.compared(stage, result);
		}
	}

	private void called(MigrationStage stage, MigrationOrigin side, int times, int failed, int micros) {
		for (int i = 0; i < times; i++) {
			if (i < failed) {
				this.find.failure(stage, side, new IllegalStateException(), micros * 1000L);
			}
			else {
				this.find.success(stage, side, micros * 1000L);
			}
		}
	}

	private void allIsWell(MigrationStage stage) {
		compared(stage, ComparisonResult.MATCH, 3000);
		called(stage, MigrationOrigin.OLD, 100, 0, 1000);
		called(stage, MigrationOrigin.NEW, 100, 0, 1000);
	}

	private static Map<String, Check> checks(Readiness readiness) {
		return readiness.checks().stream().collect(Collectors.toMap(Check::name, Function.identity()));
	}

	private static Check check(StageMoves moves, String name) {
		return Objects.requireNonNull(checks(moves.readiness("f")).get(name));
	}

	private static List<String> refused(StageMoves moves) {
		StageChangeRefusedException refused = catchThrowableOfType(StageChangeRefusedException.class,
				() -> moves.advance("f", "go"));
		assertThat(refused).isNotNull();
		return refused.getReasons();
	}

	@ParameterizedTest
	@EnumSource
	void checksApplyWhereBothSidesRun(MigrationStage stage) {
		StageMoves moves = moves(stage, ALL);
		boolean reads = stage == SHADOW || stage == LIVE;
		assertThat(checks(moves.readiness("f")).keySet().containsAll(List.of(ALL))).isEqualTo(reads);
		this.registry.get("f").declareWrites();
		assertThat(checks(moves.readiness("f")).containsKey("latency"))
			.isEqualTo(stage != MigrationStage.OFF && stage != MigrationStage.COMPLETE);
		assertThat(checks(moves.readiness("f")).containsKey("consistency")).isEqualTo(reads);
	}

	@ParameterizedTest
	@EnumSource(names = { "OFF", "DUAL_WRITE", "RAMP_DOWN" })
	void nobodyWaitsForWhatCannotCome(MigrationStage stage) {
		StageMoves moves = moves(stage, ALL);
		assertThat(moves.readiness("f").ready()).isTrue();
		assertThat(moves.advance("f", "go").from()).isEqualTo(stage);
	}

	@ParameterizedTest
	@EnumSource(names = { "SHADOW", "LIVE" })
	void withoutDataNoRequiredCheckIsFine(MigrationStage stage) {
		StageMoves moves = moves(stage, ALL);
		assertThat(moves.readiness("f").ready()).isFalse();
		assertThat(refused(moves)).containsExactlyInAnyOrder(
				"consistency: nothing compared in the last 5 min, 99.9 % needed",
				"volume: 0 comparisons in the last 5 min, 1000 needed",
				"errors: no operation had 100 calls of each side at " + stage.key() + " in the last 5 min",
				"latency: no operation had 100 calls of each side at " + stage.key() + " in the last 5 min");
		assertThat(moves.stage("f")).isEqualTo(stage);
		allIsWell(stage);
		assertThat(moves.readiness("f").ready()).isTrue();
		moves.advance("f", "go");
	}

	@ParameterizedTest
	@EnumSource(names = { "SHADOW", "LIVE" })
	void unlessRequiredChecksInform(MigrationStage stage) {
		StageMoves moves = moves(stage);
		assertThat(moves.readiness("f").ready()).isTrue();
		for (String name : ALL) {
			assertThat(check(moves, name).ok()).isFalse();
			assertThat(check(moves, name).blocks()).isFalse();
		}
		moves.advance("f", "go");
	}

	@ParameterizedTest
	@ValueSource(strings = { "consistency", "volume", "errors", "latency" })
	void onlyTheRequiredCheckBlocks(String name) {
		StageMoves moves = moves(SHADOW, name);
		assertThat(refused(moves)).singleElement().asString().startsWith(name + ": ");
		assertThat(moves.readiness("f").checks()).filteredOn((check) -> check.blocks() && !check.ok())
			.extracting(Check::name)
			.containsExactly(name);
		moves.stepBack("f", "a step back waits for nothing");
	}

	@Test
	void forceOverridesARequiredCheck() {
		assertThat(moves(SHADOW, ALL).forceTo("f", LIVE, "now").to()).isEqualTo(LIVE);
	}

	@Test
	void consistencyIsWhatTheComparisonsProve() {
		StageMoves moves = moves(SHADOW);
		compared(SHADOW, ComparisonResult.MATCH, 2702);
		assertThat(check(moves, "consistency").ok()).isFalse();
		compared(SHADOW, ComparisonResult.MATCH, 1);
		assertThat(check(moves, "consistency").ok()).isTrue();
		compared(SHADOW, ComparisonResult.TIMEOUT, 100);
		compared(SHADOW, ComparisonResult.COMPARATOR_ERROR, 100);
		assertThat(check(moves, "consistency").detail())
			.isEqualTo("100 % of 2703 comparisons, 99.9 % needed; 99.9 % is certain");
	}

	@ParameterizedTest
	@EnumSource(names = { "MISMATCH", "OLD_ERROR", "NEW_ERROR" })
	void everyDifferenceCountsAgainstConsistency(ComparisonResult difference) {
		StageMoves moves = moves(SHADOW);
		compared(SHADOW, ComparisonResult.MATCH, 1194);
		compared(SHADOW, difference, 10);
		assertThat(check(moves, "consistency")).isEqualTo(new Check("consistency", false, false,
				"99.16 % of 1204 comparisons, 99.9 % needed; 98.6 % is certain"));
	}

	@Test
	void oldComparisonsAreForgotten() {
		StageMoves moves = moves(MigrationFlag.named("f").stage(SHADOW).readinessWindow(Duration.ofMinutes(2)));
		compared(SHADOW, ComparisonResult.MISMATCH, 10);
		this.time.addAndGet(Duration.ofMinutes(3).toNanos());
		called(SHADOW, MigrationOrigin.OLD, 1, 0, 1);
		compared(SHADOW, ComparisonResult.MATCH, 5000);
		assertThat(check(moves, "consistency").ok()).isTrue();
		assertThat(check(moves, "volume").detail()).isEqualTo("5000 comparisons in the last 2 min, 1000 needed");
	}

	@Test
	void comparisonsOfAnEarlierStageDoNotCount() {
		StageMoves moves = moves(SHADOW);
		allIsWell(SHADOW);
		moves.advance("f", "go");
		assertThat(check(moves, "consistency").ok()).isFalse();
		assertThat(check(moves, "volume").ok()).isFalse();
		assertThat(check(moves, "errors").ok()).isFalse();
	}

	@Test
	void comparisonsOfARolloutCount() {
		StageMoves moves = moves(MigrationFlag.named("f").stage(SHADOW).rollout(LIVE, 10));
		compared(SHADOW, ComparisonResult.MATCH, 600);
		compared(LIVE, ComparisonResult.MATCH, 400);
		assertThat(check(moves, "volume").ok()).isTrue();
	}

	@Test
	void newSideMayFailALittleMore() {
		StageMoves moves = moves(SHADOW);
		called(SHADOW, MigrationOrigin.OLD, 1000, 100, 1000);
		called(SHADOW, MigrationOrigin.NEW, 1000, 105, 1000);
		assertThat(check(moves, "errors").ok()).isTrue();
		called(SHADOW, MigrationOrigin.NEW, 1000, 150, 1000);
		assertThat(check(moves, "errors")).isEqualTo(new Check("errors", false, false,
				"find: 12.7 % of 2000 calls of the new side failed, 10 % of 1000 of the old one; 1 % more is tolerated"));
	}

	@Test
	void newSideMayBeALittleSlower() {
		StageMoves moves = moves(SHADOW);
		called(SHADOW, MigrationOrigin.OLD, 1000, 0, 10_000);
		called(SHADOW, MigrationOrigin.NEW, 1000, 0, 11_000);
		assertThat(check(moves, "latency").ok()).isTrue();
		called(SHADOW, MigrationOrigin.NEW, 50, 0, 900_000);
		assertThat(check(moves, "latency").ok()).isFalse();
		assertThat(check(moves, "latency").detail())
			.startsWith("find: 99 % of calls within 889 ms on the new side, 10 ms")
			.endsWith("times, 1.20 tolerated");
	}

	@Test
	void worstOperationCounts() {
		StageMoves moves = moves(SHADOW);
		OperationMeters list = this.meters.operation("f", "list", "read", true, true);
		allIsWell(SHADOW);
		for (int i = 0; i < 100; i++) {
			list.success(SHADOW, MigrationOrigin.OLD, 1_000);
			list.failure(SHADOW, MigrationOrigin.NEW, new IllegalStateException(), 2_000_000);
		}
		assertThat(check(moves, "errors").detail()).startsWith("list: 100 % of 100 calls");
		assertThat(check(moves, "latency").detail()).startsWith("list: 99 % of calls within 2 ms");
	}

	@Test
	void thresholdsAreTheFlags() {
		StageMoves moves = moves(MigrationFlag.named("f")
			.stage(SHADOW)
			.readinessConsistency(0.5)
			.readinessVolume(10)
			.readinessErrors(0.5)
			.readinessLatency(3));
		compared(SHADOW, ComparisonResult.MATCH, 9);
		compared(SHADOW, ComparisonResult.MISMATCH, 1);
		called(SHADOW, MigrationOrigin.OLD, 100, 0, 1000);
		called(SHADOW, MigrationOrigin.NEW, 100, 45, 2500);
		assertThat(checks(moves.readiness("f")).values()).allMatch(Check::ok);
	}

}
