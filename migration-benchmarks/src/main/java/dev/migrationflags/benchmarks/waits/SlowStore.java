package dev.migrationflags.benchmarks.waits;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.benchmarks.subject.ConstantStore;

/**
 * A side that takes its time and does not answer interrupts, as many drivers do not.
 */
class SlowStore extends ConstantStore {

	private volatile Duration duration = Duration.ZERO;

	private volatile boolean failing;

	void take(Duration duration) {
		this.duration = duration;
	}

	void fail() {
		this.failing = true;
	}

	@Override
	public String find(String id) {
		long end = System.nanoTime() + this.duration.toNanos();
		for (long left = this.duration.toNanos(); left > 0; left = end - System.nanoTime()) {
			Thread.interrupted();
			LockSupport.parkNanos(left);
		}
		if (this.failing) {
			throw new IllegalStateException("This side fails");
		}
		return super.find(id);
	}

	/**
	 * The old side.
	 */
	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class Old extends SlowStore {

	}

	/**
	 * The new side.
	 */
	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class New extends SlowStore {

	}

}
