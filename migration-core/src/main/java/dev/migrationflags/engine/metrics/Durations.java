package dev.migrationflags.engine.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Counts how long calls take, in buckets that are a sixteenth of a power of two wide: a
 * duration is known to 3 %, up to two minutes and a quarter. Only ever counts up; what
 * came within some time is the difference of two {@link #counts() readings}. So a call
 * costs one atomic increment and no clock, nothing is ever cleared under a writer, and
 * nothing is allocated but the first time that durations of some magnitude come.
 * <p>
 * Own code, because the alternatives cost more than a call may: HdrHistogram's recorders
 * and Micrometer's percentiles keep several histograms with all their buckets for each
 * timer, which is some 50 KB, and one of Micrometer's costs three increments that all
 * threads share.
 */
final class Durations {

	private static final int SHIFT = 4;

	/**
	 * How many buckets a power of two has, which is how many are allocated at once.
	 */
	static final int WIDTH = 1 << SHIFT;

	private static final int LARGEST = 36;

	/**
	 * The chunks of buckets: durations below 16 ns, each power of two above, and one of
	 * which only the first place is used, for the errors.
	 */
	private static final int CHUNKS = LARGEST - SHIFT + 3;

	private static final int ERRORS = CHUNKS - 1;

	private static final int STRIPES = stripes(Runtime.getRuntime().availableProcessors());

	private static final VarHandle CHUNK = MethodHandles.arrayElementVarHandle(int[][].class);

	private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(int[].class);

	private final int[] @Nullable [] chunks = new int[STRIPES * CHUNKS][];

	/**
	 * As many as there are processors, so that threads rarely meet, but eight at most: a
	 * thousand operations have thousands of these.
	 */
	static int stripes(int processors) {
		return Math.min(8, Integer.highestOneBit(Math.max(1, 2 * processors - 1)));
	}

	static int bucket(long nanos) {
		if (nanos < WIDTH) {
			return (int) Math.max(0, nanos);
		}
		int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
		if (exponent > LARGEST) {
			return ERRORS * WIDTH - 1;
		}
		return ((exponent - SHIFT + 1) << SHIFT) + ((int) (nanos >>> (exponent - SHIFT)) & (WIDTH - 1));
	}

	/**
	 * The middle of a bucket in nanoseconds.
	 */
	static double middle(int bucket) {
		int chunk = bucket >>> SHIFT;
		if (chunk == 0) {
			return bucket;
		}
		long width = 1L << (chunk - 1);
		return width * (WIDTH + (bucket & (WIDTH - 1))) + (width - 1) / 2.0;
	}

	void add(long nanos) {
		increment(bucket(nanos));
	}

	void addError() {
		increment(ERRORS << SHIFT);
	}

	private void increment(int bucket) {
		int index = ((int) Thread.currentThread().getId() & (STRIPES - 1)) * CHUNKS + (bucket >>> SHIFT);
		int[] chunk = (int[]) CHUNK.getAcquire(this.chunks, index);
		if (chunk == null) {
			chunk = create(index);
		}
		COUNT.getAndAdd(chunk, bucket & (WIDTH - 1), 1);
	}

	private int[] create(int index) {
		int[] chunk = new int[WIDTH];
		int[] other = (int[]) CHUNK.compareAndExchange(this.chunks, index, null, chunk);
		return (other != null) ? other : chunk;
	}

	/**
	 * Reads the counts, while others may go on counting.
	 */
	Counts counts() {
		int[] sums = new int[CHUNKS * WIDTH];
		int first = ERRORS;
		int last = -1;
		for (int index = 0; index < this.chunks.length; index++) {
			int[] chunk = (int[]) CHUNK.getAcquire(this.chunks, index);
			if (chunk != null) {
				int place = index % CHUNKS;
				for (int i = 0; i < WIDTH; i++) {
					sums[place * WIDTH + i] += (int) COUNT.getOpaque(chunk, i);
				}
				if (place != ERRORS) {
					first = Math.min(first, place);
					last = Math.max(last, place);
				}
			}
		}
		if (last < 0) {
			return new Counts(0, new int[0], sums[ERRORS * WIDTH]);
		}
		int[] used = Arrays.copyOfRange(sums, first * WIDTH, (last + 1) * WIDTH);
		return new Counts(first * WIDTH, used, sums[ERRORS * WIDTH]);
	}

}
