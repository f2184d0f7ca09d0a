package dev.migrationflags.engine;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes a share of calls, at random.
 */
final class Sample {

	private Sample() {
	}

	static boolean takes(double share) {
		return share >= 1.0 || ThreadLocalRandom.current().nextDouble() < share;
	}

}
