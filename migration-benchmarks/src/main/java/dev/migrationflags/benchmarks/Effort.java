package dev.migrationflags.benchmarks;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param name what it is called
 * @param rounds how often each benchmark runs, each time in a JVM of its own
 * @param iteration how long one of its iterations takes
 * @param iterations how many iterations count, after as many that do not
 * @param waits how many calls a caller waits for, at most
 * @param waiting how long it does that, at most
 * @param starts how often an application starts
 */
public record Effort(String name, int rounds, Duration iteration, int iterations, int waits, Duration waiting,
		int starts) {

	/**
	 * What the page is made of.
	 */
	public static final Effort FULL = new Effort("full", 4, Duration.ofMillis(200), 6, 300, Duration.ofSeconds(8), 5);

	/**
	 * A first impression.
	 */
	public static final Effort QUICK = new Effort("quick", 1, Duration.ofMillis(100), 5, 100, Duration.ofSeconds(3), 2);

}
