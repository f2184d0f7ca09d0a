package dev.migrationflags.crash.worker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.migrationflags.MigrationOrigin;

/**
 * Lets writes of the sides fail, before or after they have happened, and take their time.
 */
final class Faults {

	private final Map<MigrationOrigin, Integer> percent = new ConcurrentHashMap<>();

	private final Map<Long, MigrationOrigin> poison = new ConcurrentHashMap<>();

	void fail(MigrationOrigin origin, int percent) {
		this.percent.put(origin, percent);
	}

	void poison(long key, MigrationOrigin origin) {
		this.poison.put(key, origin);
	}

	void heal() {
		this.percent.clear();
		this.poison.clear();
	}

	void before(MigrationOrigin origin, long key) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		if (random.nextInt(8) == 0) {
			// writes of one key that overlap shall reach the sides in different orders
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(4000)));
		}
		if (this.poison.get(key) == origin) {
			throw new IllegalStateException("Poisoned");
		}
		failAtTimes(origin);
	}

	void after(MigrationOrigin origin) {
		failAtTimes(origin);
	}

	/**
	 * Twice for each write: with 100 percent none happens, with less some fail that have.
	 */
	private void failAtTimes(MigrationOrigin origin) {
		int share = this.percent.getOrDefault(origin, 0);
		if (share == 100 || ThreadLocalRandom.current().nextInt(200) < share) {
			throw new IllegalStateException("Injected");
		}
	}

}
