package dev.migrationflags.engine;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.pool.PoolTask;
import dev.migrationflags.engine.pool.Watch;
import dev.migrationflags.engine.pool.Watchdog;

/**
 * The comparison of a dual read whose results came later, on the pool. Its limit begins
 * when both are there: a slow authority is no fault of it.
 */
final class PendingComparison implements PoolTask {

	private final AsyncReads reads;

	private final Call call;

	private final MigrationStage stage;

	private final long begin;

	private final Attempt authoritative;

	private final Attempt secondary;

	private final Runnable settled;

	private final long deadline;

	private final AtomicBoolean open = new AtomicBoolean(true);

	private volatile @Nullable Watch patience;

	/**
	 * Creates a comparison.
	 * @param begin when the read began
	 * @param settled runs once when it is over or will not be
	 */
	PendingComparison(AsyncReads reads, Call call, MigrationStage stage, long begin, Attempt authoritative,
			Attempt secondary, Runnable settled) {
		this.reads = reads;
		this.call = call;
		this.stage = stage;
		this.begin = begin;
		this.authoritative = authoritative;
		this.secondary = secondary;
		this.settled = settled;
		this.deadline = System.nanoTime() + reads.timeoutNanos();
	}

	/**
	 * Hands the comparison to the pool; the limit holds while it waits there too.
	 */
	void submit() {
		this.patience = watchdog().after(this.reads.timeoutNanos(), this::timedOut);
		if (!this.reads.lane().submit(this)) {
			dropped();
		}
	}

	@Override
	public void run() {
		if (!this.open.get()) {
			return;
		}
		Watch watch = watchdog().watch(this.deadline - System.nanoTime(), this::timedOut);
		Finding finding = this.reads.outcomes().check().find(this.authoritative, this.secondary);
		if (watch.end() && close()) {
			this.reads.outcomes().check().tell(this.call, this.stage, finding, this.begin);
			this.settled.run();
		}
	}

	private void timedOut() {
		if (close()) {
			this.reads.outcomes().comparisonTimedOut(this.stage);
			this.settled.run();
		}
	}

	@Override
	public void dropped() {
		if (close()) {
			this.reads.outcomes().saturated();
			this.settled.run();
		}
	}

	private boolean close() {
		boolean closed = this.open.compareAndSet(true, false);
		Watch patience = this.patience;
		if (closed && patience != null) {
			patience.end();
		}
		return closed;
	}

	private Watchdog watchdog() {
		return this.reads.secondaries().watchdog();
	}

}
