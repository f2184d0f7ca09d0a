package dev.migrationflags.sample.rehearsal;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;

/**
 * What the meters of the framework say about one flag at one stage, over all operations.
 *
 * @param calls how many calls there were
 * @param errors how many calls failed, of either side
 * @param oldSide how long the old side took
 * @param newSide how long the new side took
 * @param comparisons how many results were compared
 * @param mismatches how many of them were not a match
 */
record CallStatistics(long calls, long errors, Latency oldSide, Latency newSide, long comparisons, long mismatches) {

	static CallStatistics of(MeterRegistry meters, String flag, MigrationStage stage) {
		Collection<Timer> timers = meters.find("migration.calls").tag("flag", flag).tag("stage", stage.key()).timers();
		Collection<Counter> comparisons = meters.find("migration.comparisons")
			.tag("flag", flag)
			.tag("stage", stage.key())
			.counters();
		return new CallStatistics(
				timers.stream()
					.filter((timer) -> tag(timer, "authoritative").equals("true"))
					.mapToLong(Timer::count)
					.sum(),
				timers.stream()
					.filter((timer) -> !tag(timer, "outcome").equals("success"))
					.mapToLong(Timer::count)
					.sum(),
				Latency.of(timers, MigrationOrigin.OLD), Latency.of(timers, MigrationOrigin.NEW),
				comparisons.stream().mapToLong((counter) -> (long) counter.count()).sum(),
				comparisons.stream()
					.filter((counter) -> !"match".equals(counter.getId().getTag("result")))
					.mapToLong((counter) -> (long) counter.count())
					.sum());
	}

	private static String tag(Timer timer, String name) {
		return String.valueOf(timer.getId().getTag(name));
	}

	/**
	 * Percentiles over several timers, from the sum of their buckets, as a dashboard
	 * tells them.
	 *
	 * @param count how many calls
	 * @param p50 the median in seconds
	 * @param p99 the 99th percentile in seconds
	 */
	record Latency(long count, double p50, double p99) {

		static Latency of(Collection<Timer> timers, MigrationOrigin origin) {
			List<Timer> ofSide = timers.stream().filter((timer) -> tag(timer, "origin").equals(origin.key())).toList();
			TreeMap<Double, Double> buckets = new TreeMap<>();
			for (Timer timer : ofSide) {
				for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
					buckets.merge(bucket.bucket(TimeUnit.SECONDS), bucket.count(), Double::sum);
				}
			}
			long count = ofSide.stream().mapToLong(Timer::count).sum();
			return new Latency(count, percentile(buckets, count, 0.5), percentile(buckets, count, 0.99));
		}

		private static double percentile(TreeMap<Double, Double> cumulative, long count, double share) {
			double wanted = count * share;
			double lowerBound = 0;
			double below = 0;
			for (var bucket : cumulative.entrySet()) {
				double upTo = bucket.getValue();
				if (upTo >= wanted && upTo > below) {
					return lowerBound + (bucket.getKey() - lowerBound) * (wanted - below) / (upTo - below);
				}
				lowerBound = bucket.getKey();
				below = upTo;
			}
			return lowerBound;
		}

	}

}
