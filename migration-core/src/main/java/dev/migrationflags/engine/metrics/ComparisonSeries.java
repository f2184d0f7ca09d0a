package dev.migrationflags.engine.metrics;

import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The comparisons at one stage: since the start, and by the minute. Counting is safe for
 * use by several threads; all else needs the lock of {@link OperationRecords}.
 */
final class ComparisonSeries {

	private static final ComparisonResult[] RESULTS = ComparisonResult.values();

	private final ComparisonCounts results = new ComparisonCounts();

	private final Readings<int[]> readings = new Readings<>(OperationRecords.MINUTES + 1);

	private int[] last = new int[RESULTS.length];

	private int[] epoch = new int[RESULTS.length];

	private final long[] totals = new long[RESULTS.length];

	void add(ComparisonResult result) {
		this.results.add(result);
	}

	private int[] read() {
		int[] now = this.results.counts();
		for (int i = 0; i < now.length; i++) {
			this.totals[i] += Integer.toUnsignedLong(now[i] - this.last[i]);
		}
		this.last = now;
		return now;
	}

	void endMinute(long times) {
		this.readings.add(read(), times);
	}

	void beginEpoch() {
		this.epoch = read();
	}

	/**
	 * The comparisons since the end of a minute, but of this epoch.
	 */
	Map<ComparisonResult, Long> within(int minutes) {
		int[] now = read();
		long[] counts = difference(now, this.readings.back(minutes));
		long[] epoch = difference(now, this.epoch);
		for (int i = 0; i < counts.length; i++) {
			counts[i] = Math.min(counts[i], epoch[i]);
		}
		return map(counts);
	}

	/**
	 * The comparisons of one minute.
	 * @param minutes how many minutes before the one that has not ended
	 */
	Map<ComparisonResult, Long> minute(int minutes) {
		int[] end = (minutes == 0) ? read() : this.readings.back(minutes - 1);
		return (end == null) ? Map.of() : map(difference(end, this.readings.back(minutes)));
	}

	Map<ComparisonResult, Long> total() {
		read();
		return map(this.totals);
	}

	private static long[] difference(int[] end, int @Nullable [] start) {
		long[] difference = new long[end.length];
		for (int i = 0; i < end.length; i++) {
			difference[i] = Integer.toUnsignedLong(end[i] - ((start != null) ? start[i] : 0));
		}
		return difference;
	}

	private static Map<ComparisonResult, Long> map(long[] counts) {
		Map<ComparisonResult, Long> map = new EnumMap<>(ComparisonResult.class);
		for (int i = 0; i < counts.length; i++) {
			if (counts[i] != 0) {
				map.put(RESULTS[i], counts[i]);
			}
		}
		return map;
	}

}
