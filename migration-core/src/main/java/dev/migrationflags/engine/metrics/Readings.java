package dev.migrationflags.engine.metrics;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * What was read at the ends of the last intervals.
 *
 * @param <T> what is read
 */
final class Readings<T> {

	private final @Nullable Object[] ring;

	private int newest;

	/**
	 * Remembers readings.
	 * @param size how many
	 */
	Readings(int size) {
		this.ring = new Object[size];
	}

	/**
	 * Adds a reading.
	 * @param reading what was read
	 * @param times at how many ends in a row that was the same
	 */
	void add(@Nullable T reading, long times) {
		for (long i = Math.min(times, this.ring.length); i > 0; i--) {
			this.newest = (this.newest + 1) % this.ring.length;
			this.ring[this.newest] = reading;
		}
	}

	/**
	 * A former reading.
	 * @param intervals how many intervals before the newest
	 * @return the reading, or {@code null} if there was nothing to read by then
	 */
	@SuppressWarnings("unchecked")
	@Nullable T back(int intervals) {
		return (T) this.ring[Math.floorMod(this.newest - intervals, this.ring.length)];
	}

	void clear() {
		Arrays.fill(this.ring, null);
	}

}
