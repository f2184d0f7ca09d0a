package dev.migrationflags.benchmarks.waits;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.migrationflags.benchmarks.Budget;
import dev.migrationflags.benchmarks.Child;
import dev.migrationflags.benchmarks.Table;

/**
 * How many threads a hanging new side takes, and whether they hold up the end of the JVM.
 * Each in a JVM of its own, all at once: they are counted, not timed.
 */
public final class ThreadCounts {

	private static final List<Subject> SUBJECTS = List.of(Subject.DETACHED, Subject.CONCURRENT, Subject.SERIAL,
			Subject.LAUNCH_DARKLY_PARALLEL);

	/**
	 * The default size of the pool, and the thread that watches over it.
	 */
	private static final int BOUND = 16 + 1;

	private static final double AT_ONCE_MILLIS = 500;

	private ThreadCounts() {
	}

	/**
	 * Counts.
	 * @param budgets takes the budgets
	 * @return tables
	 */
	public static String measure(List<Budget> budgets) {
		ExecutorService executor = Executors.newFixedThreadPool(SUBJECTS.size());
		List<CompletableFuture<int[]>> running = SUBJECTS.stream()
			.map((subject) -> CompletableFuture.supplyAsync(() -> counts(subject), executor))
			.toList();
		List<int[]> counts = running.stream().map(CompletableFuture::join).toList();
		executor.shutdown();
		Table table = new Table("threads besides the callers", "most", "a minute after the last call");
		for (int row = 0; row < counts.size(); row++) {
			table.row(SUBJECTS.get(row).title(), counts.get(row)[0], counts.get(row)[1]);
		}
		int[] detached = counts.get(0);
		long started = Long.parseLong(Child.lastLine(Ending.class));
		long ending = System.currentTimeMillis() - started;
		budgets.add(new Budget("threads, %d callers and a hanging new side".formatted(HangingCallers.CALLERS),
				"the pool's 16 and their watchdog; none when idle for a minute",
				"%d; %d".formatted(detached[0], detached[1]), detached[0] <= BOUND && detached[1] == 0,
				"Something has started a thread that nobody needs."));
		budgets.add(new Budget("end of a JVM whose new side hangs for an hour", "at once", ending + " ms",
				ending <= AT_ONCE_MILLIS, "From the end of `main` until the process was seen to be gone."));
		return table + "\n"
				+ new Table("a JVM whose new side hangs for an hour", "ms from the end of `main` to its own")
					.row(Subject.DETACHED.title(), ending);
	}

	private static int[] counts(Subject subject) {
		String line = Child.lastLine(HangingCallers.class, subject.name());
		return Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray();
	}

}
