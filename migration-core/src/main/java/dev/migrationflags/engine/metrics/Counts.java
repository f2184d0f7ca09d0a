package dev.migrationflags.engine.metrics;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * How many calls took how long, at one moment: the counts of the buckets from the first
 * to the last that is used. The numbers wrap around, their differences do not as long as
 * fewer than 2^32 calls lie between.
 *
 * @param first the first bucket
 * @param buckets the counts from there on
 * @param errors how many of the calls failed
 */
record Counts(int first, int[] buckets, int errors) {

	static final Counts NONE = new Counts(0, new int[0], 0);

	/**
	 * What has come since earlier ones.
	 */
	Counts since(Counts earlier) {
		int[] difference = this.buckets.clone();
		for (int i = 0; i < difference.length; i++) {
			difference[i] -= earlier.at(this.first + i);
		}
		return new Counts(this.first, difference, this.errors - earlier.errors);
	}

	private int at(int bucket) {
		int index = bucket - this.first;
		return (index >= 0 && index < this.buckets.length) ? this.buckets[index] : 0;
	}

	long count() {
		return Arrays.stream(this.buckets).mapToLong(Integer::toUnsignedLong).sum();
	}

	/**
	 * The sum of all durations, as exact as the buckets are.
	 */
	double nanos() {
		double sum = 0;
		for (int i = 0; i < this.buckets.length; i++) {
			sum += Integer.toUnsignedLong(this.buckets[i]) * Durations.middle(this.first + i);
		}
		return sum;
	}

	/**
	 * A quantile in seconds.
	 * @param share from 0 to 1
	 * @return the duration that this share of the calls did not exceed, NaN without calls
	 */
	double seconds(double share) {
		long rank = Math.max(1, (long) Math.ceil(share * count()));
		long seen = 0;
		for (int i = 0; i < this.buckets.length; i++) {
			seen += Integer.toUnsignedLong(this.buckets[i]);
			if (seen >= rank) {
				return Durations.middle(this.first + i) / 1e9;
			}
		}
		return Double.NaN;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Counts counts && this.first == counts.first && this.errors == counts.errors
				&& Arrays.equals(this.buckets, counts.buckets);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.buckets);
	}

	@Override
	public String toString() {
		return "Counts[" + count() + ", " + this.errors + " errors]";
	}

}
