package dev.migrationflags.sample.rehearsal;

import java.time.Duration;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.migrationflags.MigrationStage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class CallStatisticsTests {

	private final MeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

	@BeforeEach
	void histograms() {
		this.meters.config().meterFilter(new MeterFilter() {
			@Override
			public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
				return DistributionStatisticConfig.builder()
					.percentilesHistogram(true)
					.minimumExpectedValue(10_000.0)
					.build()
					.merge(config);
			}
		});
	}

	@Test
	void percentilesAreThoseOfAllOperationsOfOneSideTogether() {
		for (int i = 1; i <= 100; i++) {
			call((i % 2 == 0) ? "find" : "save", "old", true, "success", Duration.ofMillis(i));
			call("find", "new", false, "success", Duration.ofSeconds(1));
		}
		CallStatistics statistics = statistics();
		assertThat(statistics.calls()).isEqualTo(100);
		assertThat(statistics.oldSide().count()).isEqualTo(100);
		assertThat(statistics.oldSide().p50()).isCloseTo(0.050, within(0.010));
		assertThat(statistics.oldSide().p99()).isCloseTo(0.099, within(0.020));
		assertThat(statistics.newSide().p50()).isCloseTo(1, within(0.2));
	}

	@Test
	void errorsOfBothSidesCount() {
		call("find", "old", true, "success", Duration.ofMillis(1));
		call("find", "new", false, "error", Duration.ofMillis(1));
		call("find", "new", false, "timeout", Duration.ofMillis(1));
		assertThat(statistics().calls()).isEqualTo(1);
		assertThat(statistics().errors()).isEqualTo(2);
	}

	@Test
	void everyResultButAMatchIsAMismatch() {
		compared("match", 5);
		compared("mismatch", 2);
		compared("new_error", 1);
		assertThat(statistics().comparisons()).isEqualTo(8);
		assertThat(statistics().mismatches()).isEqualTo(3);
	}

	@Test
	void otherStagesAndFlagsDoNotCount() {
		call("find", "old", true, "success", Duration.ofMillis(1));
		assertThat(CallStatistics.of(this.meters, "orders-db", MigrationStage.LIVE).calls()).isZero();
		assertThat(CallStatistics.of(this.meters, "pricing", MigrationStage.SHADOW).calls()).isZero();
	}

	private CallStatistics statistics() {
		return CallStatistics.of(this.meters, "orders-db", MigrationStage.SHADOW);
	}

	private void call(String operation, String origin, boolean authoritative, String outcome, Duration time) {
		this.meters
			.timer("migration.calls", "flag", "orders-db", "operation", operation, "type", "read", "stage", "shadow",
					"origin", origin, "authoritative", String.valueOf(authoritative), "outcome", outcome, "exception",
					"none")
			.record(time);
	}

	private void compared(String result, int times) {
		this.meters
			.counter("migration.comparisons", "flag", "orders-db", "operation", "find", "stage", "shadow", "result",
					result)
			.increment(times);
	}

}
