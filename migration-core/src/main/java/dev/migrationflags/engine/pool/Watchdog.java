package dev.migrationflags.engine.pool;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Interrupts what takes longer than it may. One thread looks after all of them; it sleeps
 * until the next limit and goes away when there has been nothing to watch for some
 * seconds. Watching costs no hand-over to that thread unless its next look is too late.
 * <p>
 * Who is told of a limit runs on that one thread. All of them count a meter and no more;
 * a meter registry that hangs there takes the limits away from all secondaries, and there
 * is no defence against that.
 */
public final class Watchdog implements AutoCloseable {

	private static final Duration IDLE = Duration.ofSeconds(5);

	/** Looks so often at least, to see whether there is anything to watch at all. */
	private static final long LOOK_NANOS = IDLE.toNanos();

	private static final long FAR_NANOS = Long.MAX_VALUE / 2;

	private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

	private final Object starting = new Object();

	private final long idleNanos;

	private final ThreadFactory factory = DaemonThreads.named("migration-watchdog");

	private volatile @Nullable Thread thread;

	private volatile long nextLook;

	private volatile boolean closed;

	/**
	 * Creates a watchdog; its thread is started when it is needed.
	 */
	public Watchdog() {
		this(IDLE);
	}

	/**
	 * Creates a watchdog; its thread is started when it is needed.
	 * @param idle after how long with nothing to watch the thread goes away
	 */
	public Watchdog(Duration idle) {
		this.idleNanos = idle.toNanos();
	}

	/**
	 * Watches the current thread.
	 * @param nanos how long it may take
	 * @param onExpiry runs on the watchdog's thread at the limit, once; must be quick
	 * @return the watch, to be ended
	 */
	public Watch watch(long nanos, Runnable onExpiry) {
		Watch watch = new Watch(this, Thread.currentThread(), System.nanoTime() + nanos, onExpiry);
		this.watches.add(watch);
		Thread thread = this.thread;
		if (thread == null) {
			start(watch);
		}
		else if (watch.deadline() - this.nextLook < 0) {
			LockSupport.unpark(thread);
		}
		return watch;
	}

	void end(Watch watch) {
		this.watches.remove(watch);
	}

	private void start(Watch watch) {
		synchronized (this.starting) {
			if (this.thread != null) {
				// started, or back from leaving, by a look that may have missed the watch
				LockSupport.unpark(this.thread);
			}
			else if (!this.closed) {
				try {
					Thread thread = this.factory.newThread(this::run);
					this.nextLook = System.nanoTime();
					thread.start();
					this.thread = thread;
				}
				catch (Throwable ex) {
					// no thread to be had: nothing may run unwatched
					this.watches.remove(watch);
					throw ex;
				}
			}
		}
	}

	private void run() {
		try {
			look();
		}
		finally {
			// if it dies of an error, the next watch starts another
			synchronized (this.starting) {
				if (this.thread == Thread.currentThread()) {
					this.thread = null;
				}
			}
		}
	}

	private void look() {
		long idleSince = System.nanoTime();
		while (!this.closed) {
			long now = System.nanoTime();
			// until the look is over, every new watch wakes this thread
			this.nextLook = now + FAR_NANOS;
			long next = now + LOOK_NANOS;
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
			else if (now - idleSince >= this.idleNanos) {
				if (leave()) {
					return;
				}
				// somebody has come since this look
				continue;
			}
			else if (idleSince + this.idleNanos - next < 0) {
				next = idleSince + this.idleNanos;
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

	/**
	 * Ends the thread; what is still watched has no limit any more.
	 */
	@Override
	public void close() {
		this.closed = true;
		LockSupport.unpark(this.thread);
	}

}
