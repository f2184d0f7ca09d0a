package dev.migrationflags.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.migrationflags.benchmarks.calls.Calls;
import dev.migrationflags.benchmarks.marks.MarkedWrites;
import dev.migrationflags.benchmarks.startup.StartUp;
import dev.migrationflags.benchmarks.waits.ThreadCounts;
import dev.migrationflags.benchmarks.waits.Waits;

/**
 * Measures everything and writes the page.
 */
public final class Bench {

	private Bench() {
	}

	/**
	 * Measures and writes.
	 * @param arguments the file to write, then maybe {@code --quick}
	 * @throws Exception if something could not be measured
	 */
	public static void main(String[] arguments) throws Exception {
		Path file = Path.of(arguments[0]);
		boolean quick = List.of(arguments).contains("--quick");
		Effort effort = quick ? Effort.QUICK : Effort.FULL;
		List<Budget> budgets = new ArrayList<>();
		progress("What a call costs (a round takes some 3 minutes)");
		String calls = Calls.measure(effort, budgets);
		progress("What a caller waits");
		String waits = Waits.measure(effort, budgets);
		progress("What marks add");
		String marks = MarkedWrites.measure(effort, budgets);
		progress("Threads");
		String threads = ThreadCounts.measure(budgets);
		progress("Starts");
		String starts = StartUp.measure(effort, budgets);
		Files.writeString(file,
				Page.of(Map.of("machine", Machine.describe(), "command", quick ? "./bench --quick" : "./bench",
						"budgets", Budget.table(budgets), "calls", calls, "waits", waits, "marks", marks, "threads",
						threads, "starts", starts)));
		progress("Written to " + file);
		System.exit(0);
	}

	private static void progress(String text) {
		System.err.println(text);
	}

}
