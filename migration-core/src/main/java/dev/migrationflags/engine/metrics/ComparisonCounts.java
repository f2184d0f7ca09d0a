package dev.migrationflags.engine.metrics;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How often the comparisons at one stage had which result. Only ever counts up, as
 * {@link Durations} does; threads rarely meet, each has a line of its own.
 */
final class ComparisonCounts {

	private static final int RESULTS = ComparisonResult.values().length;

	private static final int LINE = 16;

	private static final int STRIPES = Durations.stripes(Runtime.getRuntime().availableProcessors());

	private final AtomicIntegerArray counts = new AtomicIntegerArray(STRIPES * LINE);

	void add(ComparisonResult result) {
		int stripe = (int) Thread.currentThread().getId() & (STRIPES - 1);
		this.counts.getAndIncrement(stripe * LINE + result.ordinal());
	}

	/**
	 * Reads the counts, by ordinal of the result, while others may go on counting.
	 */
	int[] counts() {
		int[] sums = new int[RESULTS];
		for (int stripe = 0; stripe < STRIPES; stripe++) {
			for (int result = 0; result < RESULTS; result++) {
				sums[result] += this.counts.get(stripe * LINE + result);
			}
		}
		return sums;
	}

}
