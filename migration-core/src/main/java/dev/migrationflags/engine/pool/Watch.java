package dev.migrationflags.engine.pool;

import org.jspecify.annotations.Nullable;

/**
 * A time limit, of one thread or of something that occupies none. The interrupt of a
 * thread is delivered before {@link #end()} returns or not at all, so that it never
 * reaches what the thread does next.
 */
public final class Watch {

	private final Watchdog watchdog;

	private final @Nullable Thread thread;

	private final long deadline;

	private final Runnable onExpiry;

	private boolean over;

	Watch(Watchdog watchdog, @Nullable Thread thread, long deadline, Runnable onExpiry) {
		this.watchdog = watchdog;
		this.thread = thread;
		this.deadline = deadline;
		this.onExpiry = onExpiry;
	}

	long deadline() {
		return this.deadline;
	}

	boolean hasThread() {
		return this.thread != null;
	}

	/**
	 * Ends the watch; called by the watched thread, if there is one.
	 * @return whether it was in time
	 */
	public boolean end() {
		synchronized (this) {
			if (!this.over) {
				this.over = true;
				this.watchdog.end(this);
				return true;
			}
		}
		if (this.thread != null) {
			Thread.interrupted();
		}
		return false;
	}

	void expire() {
		synchronized (this) {
			if (this.over) {
				return;
			}
			this.over = true;
			if (this.thread != null) {
				this.thread.interrupt();
			}
		}
		try {
			this.onExpiry.run();
		}
		catch (Throwable ex) {
			// who is told reports its own failures; the watchdog goes on
		}
	}

}
