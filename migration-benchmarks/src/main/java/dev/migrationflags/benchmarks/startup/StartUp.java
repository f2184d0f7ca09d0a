package dev.migrationflags.benchmarks.startup;

import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.benchmarks.Child;
import dev.migrationflags.benchmarks.Table;

/**
 * What a start takes with the starter and without, each in JVMs of their own, in turn.
 */
public final class StartUp {

	private static final int ROUNDS = 5;

	private StartUp() {
	}

	/**
	 * Prints the tables.
	 * @param arguments none
	 */
	public static void main(String[] arguments) {
		Table.begin("A start, median of " + ROUNDS, "operations, flags", "starter", "elapsed ms", "processor ms",
				"heap KB", "heap KB after each operation has been called");
		row(1, 3);
		row(100, 10);
	}

	private static void row(int flags, int operations) {
		List<StartedApplication.Figures> without = new ArrayList<>();
		List<StartedApplication.Figures> with = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			without.add(figures(flags, operations, false));
			with.add(figures(flags, operations, true));
		}
		print(flags, operations, "without", StartedApplication.Figures.median(without));
		print(flags, operations, "with", StartedApplication.Figures.median(with));
	}

	private static StartedApplication.Figures figures(int flags, int operations, boolean starter) {
		List<String> lines = Child.run(StartedApplication.class, Integer.toString(flags), Integer.toString(operations),
				Boolean.toString(starter));
		return StartedApplication.Figures.parse(lines.get(lines.size() - 1));
	}

	private static void print(int flags, int operations, String starter, StartedApplication.Figures figures) {
		Table.row("%d, %d".formatted(flags * operations, flags), starter, Table.number(figures.elapsedMillis()),
				Table.number(figures.cpuMillis()), Table.number(figures.heapKilobytes()),
				Table.number(figures.heapAfterCallsKilobytes()));
	}

}
