package dev.migrationflags.crash.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import dev.migrationflags.crash.history.EventLog;
import dev.migrationflags.crash.history.Outcome;

/**
 * Writers and readers. Writers change 64 keys that all nodes share, two of them hot;
 * write keys once that nobody writes again, so that nothing hides what went wrong there;
 * and race in pairs for such keys.
 */
final class Traffic {

	static final int SHARED_KEYS = 64;

	private static final int RECENT = 32;

	private final Registers registers;

	private final CallerTransactions transactions;

	private final EventLog log;

	private final AtomicLong values;

	private final AtomicLong freshKeys;

	/**
	 * Keys written of late, for readers.
	 */
	private final long[] recent = new long[RECENT];

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean running;

	Traffic(Registers registers, CallerTransactions transactions, EventLog log, int incarnation) {
		this.registers = registers;
		this.transactions = transactions;
		this.log = log;
		// unique over all processes of a run
		this.values = new AtomicLong(incarnation * 1_000_000L);
		this.freshKeys = new AtomicLong(incarnation * 1_000_000L);
	}

	synchronized void start(int writers, int readers) {
		this.running = true;
		for (int i = 0; i < writers / 2; i++) {
			Exchanger<Long> pair = new Exchanger<>();
			thread("writer", () -> write(pair));
			thread("writer", () -> write(pair));
		}
		for (int i = 0; i < readers; i++) {
			thread("reader", () -> read(anyKey()));
		}
	}

	synchronized void stop() throws InterruptedException {
		this.running = false;
		for (Thread thread : this.threads) {
			thread.join();
		}
		this.threads.clear();
	}

	private void thread(String name, Step step) {
		Thread thread = new Thread(() -> {
			while (this.running) {
				try {
					step.run();
				}
				catch (InterruptedException ex) {
					return;
				}
			}
		}, name);
		thread.setDaemon(true);
		this.threads.add(thread);
		thread.start();
	}

	private void write(Exchanger<Long> pair) throws InterruptedException {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		int what = random.nextInt(10);
		if (what < 4) {
			long key = random.nextBoolean() ? random.nextInt(2) : random.nextInt(SHARED_KEYS);
			call(key, random.nextInt(8) == 0);
		}
		else if (what < 7) {
			call(fresh(), false);
		}
		else {
			long mine = fresh();
			long key = mine;
			try {
				key = Math.min(mine, pair.exchange(mine, 20, TimeUnit.MILLISECONDS));
			}
			catch (TimeoutException ex) {
				// the other one has something else to do
			}
			call(key, random.nextInt(8) == 0);
		}
	}

	private long fresh() {
		long key = this.freshKeys.incrementAndGet();
		this.recent[(int) (key % RECENT)] = key;
		return key;
	}

	private long anyKey() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		return switch (random.nextInt(3)) {
			case 0 -> random.nextInt(2);
			case 1 -> random.nextInt(SHARED_KEYS);
			default -> this.recent[random.nextInt(RECENT)];
		};
	}

	private void call(long key, boolean removal) {
		List<Write> writes = new ArrayList<>();
		writes.add(new Write(this.values.incrementAndGet(), key, removal));
		while (writes.size() < this.transactions.writes()) {
			writes.add(new Write(this.values.incrementAndGet(), fresh(), false));
		}
		writes.forEach((write) -> this.log.calling(write.value(), write.key(), write.removal()));
		Outcome outcome = this.transactions.run(() -> writes.forEach(this::perform));
		writes.forEach((write) -> this.log.returned(write.value(), outcome));
		if (outcome != Outcome.OK) {
			pause();
		}
	}

	private void perform(Write write) {
		if (write.removal()) {
			this.registers.delete(write.key());
		}
		else {
			this.registers.write(write.key(), write.value());
		}
	}

	void read(long key) {
		long called = System.nanoTime();
		try {
			this.log.read(key, this.registers.read(key), called);
		}
		catch (RuntimeException ex) {
			// a failed read has seen nothing
			pause();
		}
	}

	/**
	 * A store that is away shall not be asked a thousand times a second.
	 */
	private static void pause() {
		try {
			Thread.sleep(5);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record Write(long value, long key, boolean removal) {
	}

	private interface Step {

		void run() throws InterruptedException;

	}

}
