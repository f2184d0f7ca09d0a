package dev.migrationflags.benchmarks.startup;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.benchmarks.Budget;
import dev.migrationflags.benchmarks.Child;
import dev.migrationflags.benchmarks.Effort;
import dev.migrationflags.benchmarks.Table;
import dev.migrationflags.benchmarks.startup.StartedApplication.Figures;
import dev.migrationflags.benchmarks.startup.StartedApplication.Kind;

/**
 * What a start takes with the starter and without, each in JVMs of their own, in turn.
 */
public final class StartUp {

	private static final int FLAGS = 100;

	private static final int OPERATIONS = 10;

	private static final double MORE_SECONDS = 0.5;

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
		Map<Kind, Double> seconds = measure(FLAGS, OPERATIONS, effort.starts(), table);
		double without = seconds.getOrDefault(Kind.WITHOUT, 0.0);
		double more = seconds.getOrDefault(Kind.STARTER, 0.0) - without;
		double proxies = seconds.getOrDefault(Kind.PROXIES, 0.0) - without;
		budgets.add(new Budget("start-up, 1 000 operations under 100 flags, processor time",
				"0.5 s more than without the starter",
				"+ %s s, + %s s for proxies alone".formatted(Table.number(more), Table.number(proxies)),
				more <= MORE_SECONDS,
				"There are 200 classes that need a proxy each; any advice of Spring needs those, and they take "
						+ "most of the time. It is paid once per class, not per operation."));
		return table.toString();
	}

	/**
	 * The processor time of a start in seconds.
	 */
	private static Map<Kind, Double> measure(int flags, int operations, int rounds, Table table) {
		Map<Kind, List<Figures>> all = new EnumMap<>(Kind.class);
		for (int round = 0; round < rounds; round++) {
			for (Kind kind : Kind.values()) {
				all.computeIfAbsent(kind, (key) -> new ArrayList<>()).add(figures(flags, operations, kind));
			}
		}
		Map<Kind, Double> seconds = new EnumMap<>(Kind.class);
		all.forEach((kind, figures) -> {
			Figures median = Figures.median(figures);
			seconds.put(kind, median.cpuMillis() / 1000);
			row(table, flags, operations, kind.title(), median);
		});
		return seconds;
	}

	private static Figures figures(int flags, int operations, Kind kind) {
		return Figures.parse(Child.lastLine(StartedApplication.class, Integer.toString(flags),
				Integer.toString(operations), kind.name()));
	}

	private static void row(Table table, int flags, int operations, String starter, Figures figures) {
		table.row("%d, %d".formatted(flags * operations, flags), starter, Table.number(figures.elapsedMillis()),
				Table.number(figures.cpuMillis()), Table.number(figures.heapKilobytes()),
				Table.number(figures.heapAfterCallsKilobytes()));
	}

}
