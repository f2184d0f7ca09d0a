package dev.migrationflags.sample.rehearsal;

import java.time.Duration;

import dev.migrationflags.MigrationSync;
import dev.migrationflags.SyncStatus;

/**
 * Waits for what the framework copies and compares in the background.
 */
final class OrderSync {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final MigrationSync sync;

	OrderSync(MigrationSync sync) {
		this.sync = sync;
	}

	/**
	 * Begins to copy what the other side lacks.
	 */
	void startBackfill() {
		this.sync.backfill(Act.ORDERS);
	}

	/**
	 * Compares both sides key by key.
	 * @return how that ended
	 */
	SyncStatus verify() {
		this.sync.verify(Act.ORDERS);
		return await();
	}

	/**
	 * Waits for the end.
	 * @return how it ended; running if that took too long
	 */
	SyncStatus await() {
		long end = System.nanoTime() + PATIENCE.toNanos();
		SyncStatus status = this.sync.status(Act.ORDERS);
		while (status.state() == SyncStatus.State.RUNNING && System.nanoTime() < end) {
			Pace.pause();
			status = this.sync.status(Act.ORDERS);
		}
		return status;
	}

}
