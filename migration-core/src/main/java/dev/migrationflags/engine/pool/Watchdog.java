package dev.migrationflags.engine.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Interrupts what takes longer than it may. One thread looks after all of them; it sleeps
 * until the next limit and goes away when there has been nothing to watch for some
 * seconds. Watching costs no hand-over to that thread unless its next look is too late.
 */
public final class Watchdog implements AutoCloseable {

	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

	private final Object starting = new Object();

	private volatile @Nullable Thread thread;

	private volatile long nextLook;

	private volatile boolean closed;

	/**
	 * Watches the current thread.
	 * @param nanos how long it may take
	 * @param onExpiry runs on the watchdog's thread at the limit, once; must be quick
	 * @return the watch, to be ended
	 */
	public Watch watch(long nanos, Runnable onExpiry) {
		return add(new Watch(this, Thread.currentThread(), System.nanoTime() + nanos, onExpiry));
	}

	/**
	 * Limits something that occupies no thread. What is still open when the watchdog is
	 * closed expires then, so that nobody waits for ever.
	 * @param nanos how long it may take
	 * @param onExpiry runs at the limit, once, on the watchdog's thread or on the one
	 * that closes it; must be quick
	 * @return the watch, to be ended by any thread
	 */
	public Watch after(long nanos, Runnable onExpiry) {
		Watch watch = add(new Watch(this, null, System.nanoTime() + nanos, onExpiry));
		if (this.closed && this.watches.remove(watch)) {
			watch.expire();
		}
		return watch;
	}

	private Watch add(Watch watch) {
		this.watches.add(watch);
		Thread thread = this.thread;
		if (thread == null) {
			start();
		}
		else if (watch.deadline() - this.nextLook < 0) {
			LockSupport.unpark(thread);
		}
		return watch;
	}

	void end(Watch watch) {
		this.watches.remove(watch);
	}

	private void start() {
		synchronized (this.starting) {
			if (this.thread == null && !this.closed) {
				Thread thread = new Thread(this::run, "migration-watchdog");
				thread.setDaemon(true);
				this.nextLook = System.nanoTime();
				this.thread = thread;
				thread.start();
			}
		}
	}

	private void run() {
		long idleSince = System.nanoTime();
		while (!this.closed) {
			long now = System.nanoTime();
			// until the look is over, every new watch wakes this thread
			this.nextLook = now + Long.MAX_VALUE / 2;
			long next = now + IDLE_NANOS;
			for (Watch watch : this.watches) {
				if (watch.deadline() - now <= 0) {
					this.watches.remove(watch);
					watch.expire();
				}
				else if (watch.deadline() - next < 0) {
					next = watch.deadline();
				}
			}
			if (!this.watches.isEmpty()) {
				idleSince = now;
			}
			else if (now - idleSince >= IDLE_NANOS && leave()) {
				return;
			}
			this.nextLook = next;
			LockSupport.parkNanos(this, next - System.nanoTime());
		}
	}

	/**
	 * Leaves, unless somebody has begun to watch in this moment: either they see that
	 * there is no thread and start one, or this thread sees their watch.
	 */
	private boolean leave() {
		synchronized (this.starting) {
			this.thread = null;
			if (this.watches.isEmpty()) {
				return true;
			}
			this.thread = Thread.currentThread();
			return false;
		}
	}

	@Override
	public void close() {
		this.closed = true;
		LockSupport.unpark(this.thread);
		for (Watch watch : this.watches) {
			if (!watch.hasThread() && this.watches.remove(watch)) {
				watch.expire();
			}
		}
	}

}
