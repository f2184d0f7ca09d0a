package dev.migrationflags.benchmarks;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param name what it is called
 * @param rounds how often each benchmark runs, each time in a JVM of its own
 * @param iteration how long one of its iterations takes
 * @param warmUps how many iterations do not count
 * @param iterations how many iterations count
 * @param waits how many calls a caller waits for, at most
 * @param waiting how long it does that, at most
 * @param starts how often an application starts
 */
public record Effort(String name, int rounds, Duration iteration, int warmUps, int iterations, int waits,
		Duration waiting, int starts) {

	/**
	 * What the page is made of.
	 */
	public static final Effort FULL = new Effort("full", 3, Duration.ofMillis(200), 8, 6, 300, Duration.ofSeconds(8),
			5);

	/**
	 * A first impression.
	 */
	public static final Effort QUICK = new Effort("quick", 1, Duration.ofMillis(120), 10, 5, 100, Duration.ofSeconds(2),
			1);

}
