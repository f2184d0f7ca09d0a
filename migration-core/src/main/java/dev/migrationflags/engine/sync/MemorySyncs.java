package dev.migrationflags.engine.sync;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import dev.migrationflags.SyncStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * Keeps how far they are in this process.
 */
public final class MemorySyncs implements SyncStore {

	private final Map<String, Row> rows = new HashMap<>();

	private final LongSupplier nanoTime;

	/**
	 * Creates a store.
	 */
	public MemorySyncs() {
		this(System::nanoTime);
	}

	MemorySyncs(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	@Override
	public synchronized Map<String, Checkpoint> find(Collection<String> flags) {
		Map<String, Checkpoint> found = new LinkedHashMap<>();
		for (String flag : flags) {
			Row row = this.rows.get(flag);
			if (row != null) {
				found.put(flag, row.read(this.nanoTime.getAsLong()));
			}
		}
		return found;
	}

	@Override
	public synchronized boolean start(String flag, Checkpoint first) {
		Row row = this.rows.get(flag);
		if (row != null && row.checkpoint.isRunning()) {
			return false;
		}
		this.rows.put(flag, new Row(first, this.nanoTime.getAsLong()));
		return true;
	}

	@Override
	public synchronized @Nullable Checkpoint take(String flag, String owner, Duration lease) {
		long now = this.nanoTime.getAsLong();
		Row row = this.rows.get(flag);
		if (row == null || !row.checkpoint.isRunning() || (row.owner != null && row.until - now > 0)) {
			return null;
		}
		row.owner = owner;
		row.until = now + lease.toNanos();
		return row.read(now);
	}

	@Override
	public synchronized boolean renew(String flag, String owner, Duration lease) {
		Row row = owned(flag, owner);
		if (row == null) {
			return false;
		}
		row.until = this.nanoTime.getAsLong() + lease.toNanos();
		return true;
	}

	@Override
	public synchronized boolean keep(String flag, String owner, Checkpoint checkpoint) {
		Row row = owned(flag, owner);
		if (row == null) {
			return false;
		}
		row.checkpoint = checkpoint;
		row.written = this.nanoTime.getAsLong();
		return true;
	}

	private @Nullable Row owned(String flag, String owner) {
		Row row = this.rows.get(flag);
		return (row != null && row.checkpoint.isRunning() && owner.equals(row.owner)) ? row : null;
	}

	@Override
	public synchronized void release(String flag, String owner) {
		Row row = this.rows.get(flag);
		if (row != null && owner.equals(row.owner)) {
			row.owner = null;
		}
	}

	@Override
	public synchronized boolean change(String flag, Checkpoint seen, State state) {
		Row row = this.rows.get(flag);
		if (row == null || row.checkpoint.state() != seen.state() || row.checkpoint.epoch() != seen.epoch()) {
			return false;
		}
		row.checkpoint = row.checkpoint.in(state);
		row.written = this.nanoTime.getAsLong();
		return true;
	}

	private static final class Row {

		private final long started;

		private Checkpoint checkpoint;

		private long written;

		private @Nullable String owner;

		private long until;

		private Row(Checkpoint checkpoint, long now) {
			this.checkpoint = checkpoint;
			this.started = now;
			this.written = now;
		}

		private Checkpoint read(long now) {
			Checkpoint it = this.checkpoint;
			return new Checkpoint(it.kind(), it.state(), it.epoch(), it.orphans(), it.last(), it.done(), it.total(),
					it.differences(), it.unsettled(), it.rate(), Duration.ofNanos(now - this.started),
					Duration.ofNanos(now - this.written));
		}

	}

}
