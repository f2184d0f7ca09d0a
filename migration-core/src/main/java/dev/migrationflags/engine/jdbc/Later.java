package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.engine.pool.DaemonThreads;

/**
 * What is ended in the background: operations that have written both sides in time, a few
 * milliseconds later and many at once, unless the next operation of their key takes them
 * along; and what could not be ended when it should have been, again and again. Bounded:
 * what does not fit is given up, and with a process that ends everything is, which costs
 * a repair per key and no data.
 */
final class Later implements AutoCloseable {

	static final int CAPACITY = 20_000;

	private static final Logger logger = LoggerFactory.getLogger(Later.class);

	private static final int BATCH = 200;

	private static final long LINGER_NANOS = Duration.ofMillis(10).toNanos();

	private static final long LANDING_NANOS = Duration.ofMillis(200).toNanos();

	private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

	private final WarnOnce trouble = new WarnOnce(logger);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition more = this.lock.newCondition();

	private final Condition landed = this.lock.newCondition();

	private Set<FlagKey> inFlight = Set.of();

	private final ReentrantLock flushing = new ReentrantLock();

	private final Map<FlagKey, List<Entry>> ended = new LinkedHashMap<>();

	private final Deque<Ending> failed = new ArrayDeque<>();

	private final Batch batch;

	private int size;

	private boolean closed;

	private final Thread thread;

	Later(Batch batch) {
		this.batch = batch;
		this.thread = DaemonThreads.virtual("migration-marks-").newThread(this::run);
		this.thread.start();
	}

	/**
	 * Ends operations soon.
	 * @return whether there was room
	 */
	boolean add(Collection<Entry> entries) {
		this.lock.lock();
		try {
			if (this.closed || this.size + entries.size() > CAPACITY) {
				return false;
			}
			for (Entry entry : entries) {
				this.ended.computeIfAbsent(new FlagKey(entry.flag(), entry.key()), (key) -> new ArrayList<>(1))
					.add(entry);
			}
			this.size += entries.size();
			this.more.signal();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends something again until it works.
	 */
	void again(Ending ending) {
		this.lock.lock();
		try {
			if (!this.closed && this.failed.size() < CAPACITY) {
				this.failed.add(ending);
				this.more.signal();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes what is to be ended of some keys, for an operation that ends it on the way.
	 */
	List<Entry> take(String flag, List<String> keys) {
		this.lock.lock();
		try {
			if (this.ended.isEmpty() && this.inFlight.isEmpty()) {
				return List.of();
			}
			List<Entry> taken = List.of();
			for (String key : keys) {
				FlagKey flagKey = new FlagKey(flag, key);
				awaitLanded(flagKey);
				List<Entry> entries = this.ended.remove(flagKey);
				if (entries != null) {
					taken = taken.isEmpty() ? new ArrayList<>() : taken;
					taken.addAll(entries);
					this.size -= entries.size();
				}
			}
			return taken;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for an end that is under way: whoever begins before it finds the mark, and
	 * leaves one for the repair.
	 */
	private void awaitLanded(FlagKey key) {
		try {
			long left = LANDING_NANOS;
			while (left > 0 && this.inFlight.contains(key)) {
				left = this.landed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Ends now what was left for later.
	 * @throws SQLException if that failed, and will be tried again
	 */
	void flush() throws SQLException {
		this.flushing.lock();
		try {
			for (List<Entry> entries = next(); !entries.isEmpty(); entries = next()) {
				try {
					this.batch.end(entries.stream().sorted(Entry.ORDER).toList());
				}
				catch (Throwable ex) {
					add(entries);
					throw ex;
				}
				finally {
					landed();
				}
			}
		}
		finally {
			this.flushing.unlock();
		}
	}

	private List<Entry> next() {
		this.lock.lock();
		try {
			List<Entry> entries = new ArrayList<>();
			Set<FlagKey> flight = new HashSet<>();
			Iterator<Map.Entry<FlagKey, List<Entry>>> keys = this.ended.entrySet().iterator();
			while (keys.hasNext() && entries.size() < BATCH) {
				Map.Entry<FlagKey, List<Entry>> next = keys.next();
				flight.add(next.getKey());
				entries.addAll(next.getValue());
				keys.remove();
			}
			this.inFlight = flight;
			this.size -= entries.size();
			return entries;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void landed() {
		this.lock.lock();
		try {
			this.inFlight = Set.of();
			this.landed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		while (awaitMore()) {
			boolean worked = attempt(this::flush);
			int waiting = waiting();
			for (int i = 0; i < waiting; i++) {
				Ending ending = poll();
				if (ending != null && !attempt(ending)) {
					again(ending);
					worked = false;
				}
			}
			if (!worked) {
				pause(PAUSE_NANOS);
			}
		}
	}

	private boolean attempt(Ending ending) {
		try {
			ending.end();
			return true;
		}
		catch (Throwable ex) {
			this.trouble.warn("Marks could not be taken away, as migration.store is out of reach; tried again", ex);
			return false;
		}
	}

	private boolean awaitMore() {
		this.lock.lock();
		try {
			while (!this.closed && this.ended.isEmpty() && this.failed.isEmpty()) {
				this.more.awaitUninterruptibly();
			}
			if (this.closed) {
				return false;
			}
		}
		finally {
			this.lock.unlock();
		}
		pause(LINGER_NANOS);
		return true;
	}

	private void pause(long nanos) {
		this.lock.lock();
		try {
			long left = nanos;
			// woken by more of the same; only the end cuts it short
			while (!this.closed && left > 0) {
				left = this.more.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			// nobody interrupts this thread but the JVM's end
		}
		finally {
			this.lock.unlock();
		}
	}

	private int waiting() {
		this.lock.lock();
		try {
			return this.failed.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	private @Nullable Ending poll() {
		this.lock.lock();
		try {
			return this.failed.poll();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.more.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		try {
			flush();
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Marks are left to the repair", ex);
		}
	}

	private record FlagKey(String flag, String key) {
	}

	/**
	 * Ends operations that have written both sides.
	 */
	@FunctionalInterface
	interface Batch {

		void end(List<Entry> entries) throws SQLException;

	}

	/**
	 * Ends one operation or claim.
	 */
	@FunctionalInterface
	interface Ending {

		void end() throws SQLException;

	}

}
