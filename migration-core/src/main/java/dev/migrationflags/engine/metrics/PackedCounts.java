package dev.migrationflags.engine.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The counts of one interval, kept as small as they are: a byte for each bucket if none
 * has more than 255 calls.
 *
 * @param first the first bucket
 * @param bytes the lowest byte of each bucket
 * @param rest what is above that, or {@code null} if that is nothing
 * @param errors how many of the calls failed
 */
record PackedCounts(int first, byte[] bytes, char @Nullable [] rest, int errors) {

	private static final int MOST = (1 << 24) - 1;

	/**
	 * Packs counts. Beyond sixteen million in one bucket and interval they stop counting.
	 */
	static PackedCounts of(Counts counts) {
		int[] buckets = counts.buckets();
		byte[] bytes = new byte[buckets.length];
		char[] rest = null;
		for (int i = 0; i < buckets.length; i++) {
			int count = (int) Math.min(Integer.toUnsignedLong(buckets[i]), MOST);
			bytes[i] = (byte) count;
			if (count > 255) {
				rest = (rest != null) ? rest : new char[buckets.length];
				rest[i] = (char) (count >>> 8);
			}
		}
		return new PackedCounts(counts.first(), bytes, rest, counts.errors());
	}

	/**
	 * Adds these counts.
	 * @param sums a place for every bucket
	 */
	void addTo(int[] sums) {
		for (int i = 0; i < this.bytes.length; i++) {
			sums[this.first + i] += Byte.toUnsignedInt(this.bytes[i]) + ((this.rest != null) ? this.rest[i] << 8 : 0);
		}
	}

}
