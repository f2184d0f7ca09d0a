package dev.migrationflags.sample.rehearsal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Several clients at work, each at a bounded rate.
 */
final class Traffic implements AutoCloseable {

	private static final Duration PAUSE = Duration.ofMillis(40);

	/** Held shared by every call; fair, so that a caller of {@link #quietly} comes in. */
	private final ReadWriteLock gate = new ReentrantReadWriteLock(true);

	private final LongAdder calls = new LongAdder();

	private final List<AtomicInteger> rounds = new ArrayList<>();

	private final ExecutorService threads;

	private volatile boolean stopped;

	Traffic(List<? extends Caller> clients) {
		this.threads = Executors.newFixedThreadPool(clients.size());
		for (Caller client : clients) {
			AtomicInteger round = new AtomicInteger();
			this.rounds.add(round);
			this.threads.execute(() -> run(client, round));
		}
	}

	private void run(Caller client, AtomicInteger round) {
		long next = System.nanoTime();
		while (!this.stopped) {
			this.gate.readLock().lock();
			try {
				if (client.step()) {
					round.incrementAndGet();
				}
			}
			finally {
				this.gate.readLock().unlock();
			}
			this.calls.increment();
			// no catching up after a slow call
			next = Math.max(next + PAUSE.toNanos(), System.nanoTime());
			LockSupport.parkNanos(next - System.nanoTime());
		}
	}

	/**
	 * How many calls the clients have made.
	 * @return the number
	 */
	long calls() {
		return this.calls.sum();
	}

	/**
	 * How many times every client has made every kind of call.
	 * @return the number of the client that has made the fewest
	 */
	int rounds() {
		return this.rounds.stream().mapToInt(AtomicInteger::get).min().orElse(0);
	}

	/**
	 * Does something while no call is under way.
	 * @param <T> the type of the result
	 * @param action what to do
	 * @return its result
	 */
	<T> T quietly(Supplier<T> action) {
		this.gate.writeLock().lock();
		try {
			return action.get();
		}
		finally {
			this.gate.writeLock().unlock();
		}
	}

	/**
	 * Waits until the calls that are under way now have ended.
	 */
	void drain() {
		quietly(() -> true);
	}

	/**
	 * Lets no client begin another call.
	 */
	void stop() {
		this.stopped = true;
		this.threads.shutdown();
	}

	/**
	 * One client, called by one thread at a time.
	 */
	interface Caller {

		/**
		 * Makes the next call.
		 * @return whether a round of calls is complete with it
		 */
		boolean step();

	}

	@Override
	public void close() {
		stop();
		try {
			if (!this.threads.awaitTermination(30, TimeUnit.SECONDS)) {
				this.threads.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.threads.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
