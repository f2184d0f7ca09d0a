package dev.migrationflags.boot;

import dev.migrationflags.engine.pool.DaemonThreads;
import dev.migrationflags.engine.pool.FairPool;

/**
 * Makes the pool of the secondary sides: of virtual threads where the JVM has them,
 * bounded all the same.
 */
final class SecondaryThreads {

	private static final String PREFIX = "migration-";

	private SecondaryThreads() {
	}

	static FairPool pool(MigrationProperties.Executor executor) {
		// numbers that make no sense are reported with everything else that is wrong
		return new FairPool(Math.max(1, executor.threads()), Math.max(0, executor.queue()),
				executor.virtual() ? DaemonThreads.virtual(PREFIX) : DaemonThreads.numbered(PREFIX));
	}

}
