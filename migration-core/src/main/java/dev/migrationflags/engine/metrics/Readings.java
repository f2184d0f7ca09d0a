package dev.migrationflags.engine.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The last readings of something that counts up, taken at equal intervals.
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
	 * @param times at how many interval ends in a row it was the same
	 */
	void add(T reading, long times) {
		for (long i = Math.min(times, this.ring.length); i > 0; i--) {
			this.newest = (this.newest + 1) % this.ring.length;
			this.ring[this.newest] = reading;
		}
	}

	/**
	 * A former reading.
	 * @param intervals how many intervals before the newest
	 * @return the reading, or {@code null} if nothing had been counted by then
	 */
	@SuppressWarnings("unchecked")
	@Nullable T back(int intervals) {
		return (T) this.ring[Math.floorMod(this.newest - intervals, this.ring.length)];
	}

}
