package dev.migrationflags.boot;

import java.util.concurrent.ThreadFactory;

import dev.migrationflags.engine.pool.FairPool;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

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
				executor.virtual() ? virtual() : platform());
	}

	private static ThreadFactory virtual() {
		try {
			return new VirtualThreadTaskExecutor(PREFIX).getVirtualThreadFactory();
		}
		catch (UnsupportedOperationException ex) {
			// a JVM before 21
			return platform();
		}
	}

	private static ThreadFactory platform() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(PREFIX);
		factory.setDaemon(true);
		return factory;
	}

}
