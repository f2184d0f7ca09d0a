package dev.migrationflags.engine.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A bounded pool with lanes. A lane may use at most half of what the other lanes leave
 * free, of the threads and of the queue, so that one that hangs leaves room for the
 * others; a lane that is alone may use everything. Threads end when they have had nothing
 * to do for some seconds.
 */
public final class FairPool implements AutoCloseable {

	private static final Duration IDLE = Duration.ofSeconds(10);

	private final ReentrantLock lock = new ReentrantLock();

	private final List<Lane> lanes = new ArrayList<>();

	private final int maxRunning;

	private final int maxWaiting;

	private final ThreadPoolExecutor threads;

	private int running;

	private int waiting;

	private int turn;

	private boolean closed;

	/**
	 * Creates a pool; threads are started when they are needed.
	 * @param threads how many tasks may run at once, at least 1
	 * @param queue how many tasks may wait
	 * @param factory makes the threads
	 */
	public FairPool(int threads, int queue, ThreadFactory factory) {
		this(threads, queue, factory, IDLE);
	}

	/**
	 * Creates a pool; threads are started when they are needed.
	 * @param threads how many tasks may run at once, at least 1
	 * @param queue how many tasks may wait
	 * @param factory makes the threads
	 * @param idle after how long with nothing to do a thread ends; more than 0
	 */
	public FairPool(int threads, int queue, ThreadFactory factory, Duration idle) {
		this.maxRunning = threads;
		this.maxWaiting = queue;
		this.threads = new ThreadPoolExecutor(threads, threads, idle.toNanos(), TimeUnit.NANOSECONDS,
				new LinkedBlockingQueue<>(), factory);
		this.threads.allowCoreThreadTimeOut(true);
	}

	/**
	 * Opens a lane.
	 * @return the lane, which lives as long as the pool
	 */
	public Lane lane() {
		Lane lane = new Lane();
		this.lock.lock();
		try {
			this.lanes.add(lane);
		}
		finally {
			this.lock.unlock();
		}
		return lane;
	}

	/**
	 * Interrupts what is running and drops what is waiting. Does not wait for what takes
	 * no notice of an interrupt: its thread is a daemon.
	 */
	@Override
	public void close() {
		List<PoolTask> dropped = new ArrayList<>();
		this.lock.lock();
		try {
			this.closed = true;
			for (Lane lane : this.lanes) {
				dropped.addAll(lane.tasks);
				lane.tasks.clear();
			}
			this.waiting = 0;
		}
		finally {
			this.lock.unlock();
		}
		for (Runnable unbegun : this.threads.shutdownNow()) {
			dropped.add(((Work) unbegun).task);
		}
		dropped.forEach(FairPool::drop);
	}

	private static void drop(PoolTask task) {
		try {
			task.dropped();
		}
		catch (Throwable ex) {
			// the others are to be told too
		}
	}

	private void work(Lane first, PoolTask task) {
		Lane lane = first;
		@Nullable PoolTask next = task;
		while (next != null) {
			try {
				next.run();
			}
			catch (Throwable ex) {
				// a task reports its own failures; the thread goes on
			}
			Thread.interrupted();
			Lane nextLane;
			this.lock.lock();
			try {
				lane.running--;
				this.running--;
				nextLane = nextLane();
				next = (nextLane != null) ? take(nextLane) : null;
			}
			finally {
				this.lock.unlock();
			}
			if (nextLane != null) {
				lane = nextLane;
			}
		}
	}

	private PoolTask take(Lane lane) {
		this.waiting--;
		this.running++;
		lane.running++;
		return lane.tasks.remove();
	}

	/**
	 * The next lane, in turn, that has something to do and may do it.
	 */
	private @Nullable Lane nextLane() {
		int count = this.lanes.size();
		for (int step = 0; step < count && this.waiting > 0; step++) {
			this.turn = (this.turn + 1) % count;
			Lane lane = this.lanes.get(this.turn);
			if (!lane.tasks.isEmpty() && lane.running < share(this.maxRunning, this.running, lane.running)) {
				return lane;
			}
		}
		return null;
	}

	private int share(int all, int used, int own) {
		int free = all - (used - own);
		return (this.lanes.size() == 1) ? free : Math.min(free, Math.max(1, (free + 1) / 2));
	}

	/**
	 * What a thread begins with; it goes on with whatever is next.
	 */
	private final class Work implements Runnable {

		private final Lane lane;

		private final PoolTask task;

		Work(Lane lane, PoolTask task) {
			this.lane = lane;
			this.task = task;
		}

		@Override
		public void run() {
			work(this.lane, this.task);
		}

	}

	/**
	 * A share of the pool.
	 */
	public final class Lane {

		private final Deque<PoolTask> tasks = new ArrayDeque<>();

		private int running;

		private Lane() {
		}

		/**
		 * Runs a task, now or when it is its turn.
		 * @param task the task
		 * @return whether there is room for it; if not, it does not run
		 */
		public boolean submit(PoolTask task) {
			FairPool pool = FairPool.this;
			pool.lock.lock();
			try {
				if (pool.closed) {
					return false;
				}
				if (this.running >= pool.share(pool.maxRunning, pool.running, this.running)) {
					boolean room = this.tasks.size() < pool.share(pool.maxWaiting, pool.waiting, this.tasks.size());
					if (room) {
						this.tasks.add(task);
						pool.waiting++;
					}
					return room;
				}
				pool.running++;
				this.running++;
				return start(task);
			}
			finally {
				pool.lock.unlock();
			}
		}

		private boolean start(PoolTask task) {
			try {
				FairPool.this.threads.execute(new Work(this, task));
				return true;
			}
			catch (Throwable ex) {
				// no thread to be had
				FairPool.this.running--;
				this.running--;
				return false;
			}
		}

	}

}
