package dev.migrationflags.benchmarks.waits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.migrationflags.benchmarks.Child;
import dev.migrationflags.benchmarks.Table;
import dev.migrationflags.benchmarks.subject.HandWritten;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Store;

/**
 * What a caller waits in each read mode, what an awaited second write costs it, and what
 * threads all that takes.
 */
public final class Waits {

	private static final int CALLS = 300;

	private static final Duration AT_MOST = Duration.ofSeconds(8);

	private static final int CALLERS = 500;

	private static final String CALLER = "caller";

	private Waits() {
	}

	/**
	 * Prints the tables.
	 * @param arguments none
	 * @throws Exception if something could not be measured
	 */
	public static void main(String[] arguments) throws Exception {
		reads();
		secondWrites();
		threads();
		System.exit(0);
	}

	private static void reads() throws Exception {
		Table.begin("A caller's median wait for a read in shadow, ms; old takes 1 ms",
				Stream.concat(Stream.of("read"), Arrays.stream(Behaviour.values()).map(Behaviour::title))
					.toArray(String[]::new));
		for (Subject subject : Subject.values()) {
			List<Object> row = new ArrayList<>(List.of(subject.title()));
			for (Behaviour behaviour : Behaviour.values()) {
				row.add(Table.number(medianWait(subject, behaviour)));
			}
			Table.row(row.toArray());
		}
	}

	private static double medianWait(Subject subject, Behaviour behaviour) throws Exception {
		try (Subject.Reader reader = subject.open(behaviour)) {
			long[] waits = new long[CALLS];
			int calls = 0;
			long end = System.nanoTime() + AT_MOST.toNanos();
			while (calls < CALLS && System.nanoTime() - end < 0) {
				long start = System.nanoTime();
				reader.read();
				waits[calls++] = System.nanoTime() - start;
			}
			return median(waits, calls) / 1e6;
		}
	}

	private static double median(long[] values, int count) {
		long[] sorted = Arrays.copyOf(values, count);
		Arrays.sort(sorted);
		return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0;
	}

	/**
	 * In rounds that alternate, so that a noisy neighbour disturbs both alike.
	 */
	private static void secondWrites() {
		Table.begin("A caller's median wait for a dual write of two constants, µs", "write", "median");
		HandWritten hand = new HandWritten();
		try (Migrated application = Migrated.with("stage=shadow")) {
			Store store = application.store();
			int rounds = 40;
			int calls = 1000;
			long[] byHand = new long[rounds * calls];
			long[] afterCommit = new long[rounds * calls];
			for (int round = 0; round < rounds; round++) {
				for (int call = round * calls; call < (round + 1) * calls; call++) {
					long start = System.nanoTime();
					hand.saveBoth("42");
					byHand[call] = System.nanoTime() - start;
				}
				for (int call = round * calls; call < (round + 1) * calls; call++) {
					long start = System.nanoTime();
					store.save("42");
					afterCommit[call] = System.nanoTime() - start;
				}
			}
			Table.row("hand-written, both in turn", Table.number(median(byHand, byHand.length) / 1e3));
			Table.row("`after-commit` (default), awaited on the pool",
					Table.number(median(afterCommit, afterCommit.length) / 1e3));
		}
	}

	private static void threads() throws Exception {
		Table.begin(CALLERS + " callers, and a new side that hangs for 2 s: threads besides the callers", "read",
				"most", "a minute after the last call");
		for (Subject subject : List.of(Subject.DETACHED, Subject.CONCURRENT, Subject.SERIAL,
				Subject.LAUNCH_DARKLY_PARALLEL)) {
			threads(subject);
		}
		Table.begin("A JVM whose new side hangs for an hour, from the end of `main` to its own, ms", "", "");
		List<String> lines = Child.run(Ending.class);
		long ended = System.currentTimeMillis();
		Table.row("`detached`", Table.number(ended - Long.parseLong(lines.get(lines.size() - 1))));
	}

	private static void threads(Subject subject) throws Exception {
		try (Subject.Reader reader = subject.open(Behaviour.HANGING)) {
			long before = liveThreads();
			long most = 0;
			CountDownLatch done = new CountDownLatch(CALLERS);
			for (int caller = 0; caller < CALLERS; caller++) {
				new Thread(() -> {
					for (int call = 0; call < 3; call++) {
						reader.read();
					}
					done.countDown();
				}, CALLER).start();
			}
			while (!done.await(20, TimeUnit.MILLISECONDS)) {
				most = Math.max(most, liveThreads() - before);
			}
			for (int look = 0; look < 50; look++) {
				most = Math.max(most, liveThreads() - before);
				TimeUnit.MILLISECONDS.sleep(20);
			}
			TimeUnit.MINUTES.sleep(1);
			Table.row(subject.title(), most, liveThreads() - before);
		}
	}

	/**
	 * All threads but the callers.
	 */
	private static long liveThreads() {
		ThreadGroup group = Thread.currentThread().getThreadGroup();
		Thread[] threads = new Thread[10 * CALLERS];
		int count = group.enumerate(threads);
		return Arrays.stream(threads, 0, count).filter((thread) -> !CALLER.equals(thread.getName())).count();
	}

}
