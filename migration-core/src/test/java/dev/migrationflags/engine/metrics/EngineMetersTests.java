package dev.migrationflags.engine.metrics;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageMoves;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EngineMeters} and {@link OperationMeters}.
 */
class EngineMetersTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final EngineMeters meters = new EngineMeters(() -> this.registry);

	private final OperationMeters find = this.meters.operation("orders-db", "find", "read", true, true);

	@Test
	void gaugeFollowsTheBaseStage() {
		FlagRegistry flags = FlagRegistry
			.of(List.of(MigrationFlag.named("orders-db").stage(MigrationStage.OFF).build()));
		StageMoves moves = new StageMoves(flags, this.meters::stageChanged, () -> null, Clock.systemUTC(), true, true);
		this.meters.stageGauge(flags.get("orders-db"));
		for (int stage = 0; stage < 5; stage++) {
			assertThat(stageGauge()).isEqualTo(stage);
			moves.advance("orders-db", "on we go");
		}
		assertThat(stageGauge()).isEqualTo(5);
		moves.stepBack("orders-db", "back");
		assertThat(stageGauge()).isEqualTo(4);
	}

	private double stageGauge() {
		return this.registry.get("migration.stage").tag("flag", "orders-db").gauge().value();
	}

	@Test
	void changesOfStageAreCounted() {
		FlagRegistry flags = FlagRegistry
			.of(List.of(MigrationFlag.named("orders-db").stage(MigrationStage.OFF).build()));
		StageMoves moves = new StageMoves(flags, this.meters::stageChanged, () -> null, Clock.systemUTC(), true, true);
		moves.advance("orders-db", "forward");
		moves.stepBack("orders-db", "back");
		moves.advance("orders-db", "forward again");
		moves.moveTo("orders-db", MigrationStage.DUAL_WRITE, "stay");
		moves.forceTo("orders-db", MigrationStage.LIVE, "in a hurry");
		assertThat(changes("off", "dualwrite", "false")).isEqualTo(2);
		assertThat(changes("dualwrite", "off", "false")).isEqualTo(1);
		assertThat(changes("dualwrite", "live", "true")).isEqualTo(1);
		assertThat(this.registry.get("migration.stage.changes").counters()).hasSize(3);
	}

	private double changes(String from, String to, String forced) {
		return this.registry.get("migration.stage.changes")
			.tags("flag", "orders-db", "from", from, "to", to, "forced", forced)
			.counter()
			.count();
	}

	@Test
	void errorsOfSourcesAreCounted() {
		this.meters.flagError("orders-db", "context");
		this.meters.flagError("orders-db", "context");
		this.meters.flagError("orders-db", "key");
		assertThat(this.registry.get("migration.flag.errors")
			.tags("flag", "orders-db", "source", "context")
			.counter()
			.count()).isEqualTo(2);
		assertThat(
				this.registry.get("migration.flag.errors").tags("flag", "orders-db", "source", "key").counter().count())
			.isEqualTo(1);
	}

	@Test
	void timeoutIsAnOutcomeOfItsOwn() {
		this.find.timeout(MigrationStage.LIVE, MigrationOrigin.OLD, 1_000_000);
		Timer timer = this.registry.get("migration.calls").timer();
		assertThat(timer.getId().getTag("outcome")).isEqualTo("timeout");
		assertThat(timer.getId().getTag("exception")).isEqualTo("none");
		assertThat(timer.getId().getTag("authoritative")).isEqualTo("false");
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1);
	}

	@Test
	void exceptionsCannotFloodTheRegistry() {
		OperationMeters save = this.meters.operation("orders-db", "save", "write", true, true);
		for (int i = 0; i < 60; i++) {
			this.find.failure(MigrationStage.OFF, MigrationOrigin.OLD, ExceptionNamesTests.madeUp(i), 1);
			save.failure(MigrationStage.OFF, MigrationOrigin.OLD, ExceptionNamesTests.madeUp(100 + i), 1);
		}
		assertThat(this.registry.get("migration.calls")
			.timers()
			.stream()
			.map((timer) -> timer.getId().getTag("exception"))
			.distinct()).hasSize(51).contains("other");
	}

	@ParameterizedTest
	@EnumSource
	void everyResultOfAComparisonHasItsCounter(ComparisonResult result) {
		this.find.compared(MigrationStage.SHADOW, result);
		this.find.compared(MigrationStage.LIVE, result);
		this.find.compared(MigrationStage.LIVE, result);
		assertThat(this.registry.get("migration.comparisons")
			.tags("flag", "orders-db", "operation", "find", "stage", "live", "result", result.key())
			.counter()
			.count()).isEqualTo(2);
		assertThat(this.registry.getMeters()).hasSize(2);
	}

	@Test
	void resultsAndReasonsAreThoseOfTheContract() {
		assertThat(ComparisonResult.values()).extracting(ComparisonResult::key)
			.containsExactly("match", "mismatch", "old_error", "new_error", "timeout", "comparator_error");
		assertThat(SkipReason.values()).extracting(SkipReason::key)
			.containsExactly("sampled", "unchecked", "oversized", "saturated", "open", "in_transaction",
					"pending_repair", "rolled_back", "deadline");
	}

	@ParameterizedTest
	@EnumSource
	void everyReasonToSkipHasItsCounter(SkipReason reason) {
		this.find.skipped(reason);
		assertThat(this.registry.get("migration.skipped")
			.tags("flag", "orders-db", "operation", "find", "type", "read", "reason", reason.key())
			.counter()
			.count()).isEqualTo(1);
		assertThat(this.registry.getMeters()).hasSize(1);
	}

}
