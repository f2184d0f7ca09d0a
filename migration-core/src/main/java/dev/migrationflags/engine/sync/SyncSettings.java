package dev.migrationflags.engine.sync;

import java.time.Duration;

/**
 * How fast backfill and verification are, and how patient.
 *
 * @param rate how many keys of a flag are looked at per second at most
 * @param batch how many keys are listed, and claimed, at once
 * @param interval how often a node looks for work that another one has left
 * @param lease after how long without a sign of life another node goes on
 * @param backoff how long to wait after a first failure of a whole page
 * @param maxBackoff how long to wait at most
 * @param attempts how many times in a row nothing may work before it fails
 */
public record SyncSettings(int rate, int batch, Duration interval, Duration lease, Duration backoff,
		Duration maxBackoff, int attempts) {

	/**
	 * The default settings.
	 */
	public static final SyncSettings DEFAULT = new SyncSettings(500, 64, Duration.ofSeconds(1), Duration.ofSeconds(10),
			Duration.ofMillis(200), Duration.ofSeconds(30), 20);

	Duration backoff(int attempt) {
		long factor = 1L << Math.min(attempt, 30);
		Duration wait = this.backoff.multipliedBy(factor);
		return (wait.compareTo(this.maxBackoff) > 0) ? this.maxBackoff : wait;
	}

}
