package dev.migrationflags.benchmarks.startup;

import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.benchmarks.Budget;
import dev.migrationflags.benchmarks.Child;
import dev.migrationflags.benchmarks.Effort;
import dev.migrationflags.benchmarks.Table;
import dev.migrationflags.benchmarks.startup.StartedApplication.Figures;

/**
 * What a start takes with the starter and without, each in JVMs of their own, in turn.
 */
public final class StartUp {

	private static final int FLAGS = 100;

	private static final int OPERATIONS = 10;

	private static final double MORE_MILLIS = 500;

	private StartUp() {
	}

	/**
	 * Measures.
	 * @param effort how much is measured
	 * @param budgets takes the budget
	 * @return a table
	 */
	public static String measure(Effort effort, List<Budget> budgets) {
		Table table = new Table("operations, flags", "starter", "elapsed ms", "processor ms", "heap KB",
				"heap KB after each operation has been called");
		measure(1, 3, effort.starts(), table);
		double more = measure(FLAGS, OPERATIONS, effort.starts(), table);
		budgets.add(new Budget("start-up, 1 000 operations under 100 flags", "0.5 s more than without the starter",
				"+ " + Table.number(more / 1000) + " s", more <= MORE_MILLIS,
				"The classes of all beans are searched for annotations, and a proxy class is made for each migrated one; "
						+ "elapsed time depends on how busy the machine is."));
		return table.toString();
	}

	/**
	 * How much longer the start takes with the starter.
	 */
	private static double measure(int flags, int operations, int rounds, Table table) {
		List<Figures> without = new ArrayList<>();
		List<Figures> with = new ArrayList<>();
		for (int round = 0; round < rounds; round++) {
			without.add(figures(flags, operations, false));
			with.add(figures(flags, operations, true));
		}
		row(table, flags, operations, "without", Figures.median(without));
		row(table, flags, operations, "with", Figures.median(with));
		return Figures.median(with).elapsedMillis() - Figures.median(without).elapsedMillis();
	}

	private static Figures figures(int flags, int operations, boolean starter) {
		return Figures.parse(Child.lastLine(StartedApplication.class, Integer.toString(flags),
				Integer.toString(operations), Boolean.toString(starter)));
	}

	private static void row(Table table, int flags, int operations, String starter, Figures figures) {
		table.row("%d, %d".formatted(flags * operations, flags), starter, Table.number(figures.elapsedMillis()),
				Table.number(figures.cpuMillis()), Table.number(figures.heapKilobytes()),
				Table.number(figures.heapAfterCallsKilobytes()));
	}

}
