package dev.migrationflags.engine.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link OperationRecords}, through {@link EngineMeters}.
 */
class OperationRecordsTests {

	private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

	// a clock that wraps around while the tests run
	private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(20).toNanos());

	private final EngineMeters meters = new EngineMeters(() -> null, null, this.time::get);

	private final OperationMeters find = this.meters.operation("orders-db", "find", "read", true, true);

	private void pass(Duration duration) {
		this.time.addAndGet(duration.toNanos());
	}

	private void call(int milliseconds) {
		this.find.success(MigrationStage.LIVE, MigrationOrigin.NEW, Duration.ofMillis(milliseconds).toNanos());
	}

	private CallWindow window(Duration window) {
		List<CallWindow> windows = this.meters.calls("orders-db", window);
		assertThat(windows).hasSize(1);
		return windows.get(0);
	}

	@ParameterizedTest
	@EnumSource
	void callsAreToldByStageAndSide(MigrationStage stage) {
		for (MigrationOrigin side : MigrationOrigin.values()) {
			this.find.success(stage, side, 1_000_000);
			this.find.failure(stage, side, new IllegalStateException(), 2_000_000);
			this.find.timeout(stage, side, 3_000_000);
		}
		List<CallSummary> calls = this.meters.calls("orders-db");
		assertThat(calls).extracting(CallSummary::origin).containsExactly(MigrationOrigin.values());
		assertThat(calls).allSatisfy((call) -> {
			assertThat(call.operation()).isEqualTo("find");
			assertThat(call.type()).isEqualTo("read");
			assertThat(call.stage()).isEqualTo(stage);
			assertThat(call.count()).isEqualTo(3);
			assertThat(call.errors()).isEqualTo(2);
			assertThat(call.mean()).isCloseTo(0.002, within(0.0001));
			assertThat(call.p50()).isCloseTo(0.002, within(0.0001));
			assertThat(call.p99()).isCloseTo(0.003, within(0.0001));
		});
		assertThat(this.meters.calls("other")).isEmpty();
	}

	@Test
	void operationsOfOneNameAreOne() {
		call(1);
		this.meters.operation("orders-db", "find", "read", true, true)
			.success(MigrationStage.LIVE, MigrationOrigin.NEW, 1);
		this.meters.operation("orders-db", "find", "write", true, true)
			.success(MigrationStage.LIVE, MigrationOrigin.NEW, 1);
		assertThat(this.meters.calls("orders-db")).extracting(CallSummary::type).containsExactly("read", "write");
		assertThat(this.meters.calls("orders-db")).extracting(CallSummary::count).containsExactly(2L, 1L);
	}

	@Test
	void totalsGoOnWhileQuantilesForget() {
		call(100);
		pass(Duration.ofMinutes(6));
		call(1);
		CallSummary summary = this.meters.calls("orders-db").get(0);
		assertThat(summary.count()).isEqualTo(2);
		assertThat(summary.mean()).isCloseTo(0.0505, within(0.002));
		assertThat(summary.p99()).isCloseTo(0.001, within(0.0001));
		pass(Duration.ofDays(3));
		summary = this.meters.calls("orders-db").get(0);
		assertThat(summary.count()).isEqualTo(2);
		assertThat(summary.p50()).isNaN();
	}

	@Test
	void windowEndsWhereItsIntervalDoes() {
		for (int i = 0; i < 60; i++) {
			call(1);
			pass(Duration.ofSeconds(10));
		}
		assertThat(window(Duration.ofMinutes(1)).count()).isBetween(6L, 8L);
		assertThat(window(Duration.ofSeconds(1)).count()).isBetween(1L, 3L);
		assertThat(window(FIVE_MINUTES).count()).isBetween(30L, 32L);
		assertThat(window(Duration.ofDays(99)).count()).isEqualTo(window(FIVE_MINUTES).count());
		assertThat(window(FIVE_MINUTES).span()).isBetween(FIVE_MINUTES, FIVE_MINUTES.plusSeconds(15));
		assertThat(window(FIVE_MINUTES).rate()).isCloseTo(0.1, within(0.01));
		assertThat(this.meters.calls("orders-db").get(0).count()).isEqualTo(60);
	}

	@Test
	void everyCallIsInTheWindowUntilItIsOver() {
		call(7);
		for (int second = 0; second < 300; second++) {
			assertThat(window(FIVE_MINUTES).count()).isEqualTo(1);
			pass(Duration.ofSeconds(1));
		}
		pass(Duration.ofSeconds(16));
		assertThat(window(FIVE_MINUTES).count()).isZero();
		assertThat(window(FIVE_MINUTES).p99()).isNaN();
		assertThat(window(FIVE_MINUTES).errorRate()).isNaN();
	}

	@Test
	void youngApplicationHasAYoungWindow() {
		call(1);
		pass(Duration.ofSeconds(2));
		assertThat(window(FIVE_MINUTES).span()).isEqualTo(Duration.ofSeconds(2));
		assertThat(window(FIVE_MINUTES).rate()).isEqualTo(0.5);
	}

	@Test
	void windowHoldsErrors() {
		call(1);
		this.find.failure(MigrationStage.LIVE, MigrationOrigin.NEW, new IllegalStateException(), 1);
		assertThat(window(FIVE_MINUTES).errors()).isEqualTo(1);
		assertThat(window(FIVE_MINUTES).errorRate()).isEqualTo(0.5);
		pass(Duration.ofMinutes(6));
		call(1);
		assertThat(window(FIVE_MINUTES).errorRate()).isZero();
		assertThat(this.meters.calls("orders-db").get(0).errors()).isEqualTo(1);
	}

	@Test
	void windowsBeginAnewWithTheStageAndTotalsGoOn() {
		call(1);
		this.find.compared(MigrationStage.LIVE, ComparisonResult.MISMATCH);
		this.meters.stageChanged(new StageChangedEvent("orders-db", MigrationStage.SHADOW, MigrationStage.LIVE, "test",
				"me", 1, false, Instant.EPOCH));
		assertThat(window(FIVE_MINUTES).count()).isZero();
		assertThat(this.meters.comparisons("orders-db", FIVE_MINUTES)).isEmpty();
		pass(Duration.ofSeconds(1));
		call(1);
		this.find.compared(MigrationStage.LIVE, ComparisonResult.MATCH);
		assertThat(window(FIVE_MINUTES).count()).isEqualTo(1);
		assertThat(window(FIVE_MINUTES).rate()).isEqualTo(1);
		assertThat(this.meters.comparisons("orders-db", FIVE_MINUTES).get(0).counts())
			.isEqualTo(Map.of(ComparisonResult.MATCH, 1L));
		assertThat(this.meters.calls("orders-db").get(0).count()).isEqualTo(2);
		assertThat(this.meters.comparisons("orders-db").get(0).counts())
			.isEqualTo(Map.of(ComparisonResult.MATCH, 1L, ComparisonResult.MISMATCH, 1L));
	}

	@ParameterizedTest
	@EnumSource
	void comparisonsAreToldByStageAndResult(ComparisonResult result) {
		this.find.compared(MigrationStage.SHADOW, result);
		this.find.compared(MigrationStage.LIVE, result);
		this.find.compared(MigrationStage.LIVE, result);
		assertThat(this.meters.comparisons("orders-db")).containsExactly(
				new ComparisonSummary("find", MigrationStage.SHADOW, Map.of(result, 1L)),
				new ComparisonSummary("find", MigrationStage.LIVE, Map.of(result, 2L)));
	}

	@Test
	void comparisonsAreRememberedForAnHour() {
		for (int minute = 0; minute < 90; minute++) {
			call(1);
			this.find.compared(MigrationStage.LIVE,
					(minute % 2 == 0) ? ComparisonResult.MATCH : ComparisonResult.MISMATCH);
			pass(Duration.ofMinutes(1));
		}
		assertThat(this.meters.comparisons("orders-db").get(0).counts().get(ComparisonResult.MATCH)).isEqualTo(45);
		assertThat(this.meters.comparisons("orders-db", Duration.ofHours(1)).get(0).counts())
			.isEqualTo(Map.of(ComparisonResult.MATCH, 30L, ComparisonResult.MISMATCH, 30L));
		List<ComparisonBucket> minutes = this.meters.comparisonsByMinute("orders-db");
		assertThat(minutes).hasSize(60).extracting(ComparisonBucket::age).isSortedAccordingTo((a, b) -> b.compareTo(a));
		assertThat(minutes.get(0).age()).isEqualTo(Duration.ofMinutes(59));
		assertThat(minutes.get(59)).isEqualTo(new ComparisonBucket("find", MigrationStage.LIVE, Duration.ZERO,
				Map.of(ComparisonResult.MISMATCH, 1L)));
		assertThat(minutes.get(58).counts()).isEqualTo(Map.of(ComparisonResult.MATCH, 1L));
	}

	@Test
	void whatIsNotTrackedIsNotTold() {
		OperationMeters failuresOnly = this.meters.operation("a", "find", "read", false, true);
		OperationMeters successesOnly = this.meters.operation("b", "find", "read", true, false);
		for (OperationMeters some : List.of(failuresOnly, successesOnly)) {
			some.success(MigrationStage.OFF, MigrationOrigin.OLD, 1);
			some.failure(MigrationStage.OFF, MigrationOrigin.OLD, new IllegalStateException(), 1);
			some.timeout(MigrationStage.OFF, MigrationOrigin.OLD, 1);
		}
		assertThat(this.meters.calls("a").get(0).count()).isEqualTo(2);
		assertThat(this.meters.calls("a").get(0).errors()).isEqualTo(2);
		assertThat(this.meters.calls("b").get(0).count()).isEqualTo(1);
		assertThat(this.meters.calls("b").get(0).errors()).isZero();
	}

	@Test
	void comparisonsAgeWithoutTrackedCallsToo() {
		OperationMeters silent = this.meters.operation("a", "find", "read", false, false);
		silent.compared(MigrationStage.SHADOW, ComparisonResult.MISMATCH);
		pass(Duration.ofHours(2));
		silent.success(MigrationStage.SHADOW, MigrationOrigin.OLD, 1);
		silent.compared(MigrationStage.SHADOW, ComparisonResult.MATCH);
		assertThat(this.meters.comparisons("a", Duration.ofMinutes(5)).get(0).counts())
			.isEqualTo(Map.of(ComparisonResult.MATCH, 1L));
	}

}
