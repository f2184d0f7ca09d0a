package dev.migrationflags.engine.sync;

import java.util.concurrent.TimeUnit;

/**
 * Lets one thread do a number of things per second, and does not make up for time in
 * which it did nothing.
 */
final class Pace {

	private final long nanosPerKey;

	private long next = System.nanoTime();

	Pace(int rate) {
		this.nanosPerKey = TimeUnit.SECONDS.toNanos(1) / Math.max(1, rate);
	}

	/**
	 * Waits until it is time.
	 * @param keys how many keys are next
	 */
	void await(int keys) throws InterruptedException {
		long now = System.nanoTime();
		long wait = this.next - now;
		if (wait > 0) {
			TimeUnit.NANOSECONDS.sleep(wait);
		}
		this.next = Math.max(this.next, now) + keys * this.nanosPerKey;
	}

}
