package dev.migrationflags.boot.dashboard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.CallWindow;
import dev.migrationflags.engine.metrics.ComparisonBucket;
import dev.migrationflags.engine.metrics.ComparisonResult;
import dev.migrationflags.engine.metrics.ComparisonSummary;
import dev.migrationflags.engine.metrics.EngineMeters;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a flag on this node, as the page wants them. Paths, kinds and counts:
 * never a value.
 */
final class FlagFigures {

	private static final Duration WINDOW = Duration.ofMinutes(5);

	private final EngineMeters meters;

	private final Clock clock;

	FlagFigures(EngineMeters meters, Clock clock) {
		this.meters = meters;
		this.clock = clock;
	}

	/**
	 * The calls of the last minutes.
	 */
	List<Window> windows(String flag) {
		return this.meters.calls(flag, WINDOW)
			.stream()
			.filter((window) -> window.count() > 0)
			.map(Window::of)
			.sorted(Comparator.comparing(Window::operation)
				.thenComparing(Window::type)
				.thenComparing(Window::origin, Comparator.reverseOrder()))
			.toList();
	}

	/**
	 * Both sides of the operation with the most calls, which stands for the flag where
	 * there is room for one only.
	 */
	static Map<String, Object> sides(List<Window> windows) {
		Map<String, Long> calls = new TreeMap<>();
		windows.forEach((window) -> calls.merge(window.operation(), window.count(), Long::sum));
		String busiest = calls.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
		Map<String, Object> sides = new LinkedHashMap<>();
		sides.put("operation", busiest);
		for (MigrationOrigin origin : MigrationOrigin.values()) {
			sides.put(origin.key(),
					windows.stream()
						.filter((window) -> window.operation().equals(busiest) && window.origin().equals(origin.key()))
						.max(Comparator.comparingLong(Window::count))
						.orElse(Window.none(busiest, origin)));
		}
		return sides;
	}

	/**
	 * The comparisons of the last hour, all in all.
	 */
	Verdicts verdicts(String flag) {
		Verdicts sum = Verdicts.NONE;
		for (ComparisonSummary summary : this.meters.comparisons(flag, Duration.ofHours(1))) {
			sum = sum.plus(summary.counts());
		}
		return sum;
	}

	/**
	 * The comparisons of the last hour, minute by minute, oldest first.
	 */
	List<Minute> minutes(String flag) {
		Instant now = this.clock.instant();
		TreeMap<Long, Verdicts> minutes = new TreeMap<>(Comparator.reverseOrder());
		for (ComparisonBucket bucket : this.meters.comparisonsByMinute(flag)) {
			minutes.merge(bucket.age().toSeconds(), Verdicts.NONE.plus(bucket.counts()), Verdicts::plus);
		}
		List<Minute> list = new ArrayList<>();
		minutes.forEach((age, verdicts) -> list
			.add(new Minute(now.minusSeconds(age).toEpochMilli(), verdicts.match(), verdicts.other())));
		return list;
	}

	/**
	 * What was left out.
	 */
	List<Skipped> skipped(String flag) {
		return this.meters.skipped(flag)
			.stream()
			.map((summary) -> new Skipped(summary.operation(), summary.reason().key(), summary.count()))
			.toList();
	}

	record Window(String operation, String type, String stage, String origin, long count, long errors, double rate,
			@Nullable Double p50, @Nullable Double p95, @Nullable Double p99) {

		static Window of(CallWindow window) {
			return new Window(window.operation(), window.type(), window.stage().key(), window.origin().key(),
					window.count(), window.errors(), window.rate(), known(window.p50()), known(window.p95()),
					known(window.p99()));
		}

		static Window none(String operation, MigrationOrigin origin) {
			return new Window(operation, "read", MigrationStage.OFF.key(), origin.key(), 0, 0, 0, null, null, null);
		}

		private static @Nullable Double known(double value) {
			return Double.isNaN(value) ? null : value;
		}

	}

	record Verdicts(long match, long other) {

		static final Verdicts NONE = new Verdicts(0, 0);

		/**
		 * A time-out or a comparator that fails is no verdict.
		 */
		Verdicts plus(Map<ComparisonResult, Long> counts) {
			long match = counts.getOrDefault(ComparisonResult.MATCH, 0L);
			long other = counts.getOrDefault(ComparisonResult.MISMATCH, 0L)
					+ counts.getOrDefault(ComparisonResult.OLD_ERROR, 0L)
					+ counts.getOrDefault(ComparisonResult.NEW_ERROR, 0L);
			return plus(new Verdicts(match, other));
		}

		Verdicts plus(Verdicts more) {
			return new Verdicts(this.match + more.match, this.other + more.other);
		}

	}

	record Minute(long time, long match, long other) {
	}

	record Skipped(String operation, String reason, long count) {
	}

}
