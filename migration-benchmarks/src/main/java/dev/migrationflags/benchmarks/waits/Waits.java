package dev.migrationflags.benchmarks.waits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.migrationflags.benchmarks.Budget;
import dev.migrationflags.benchmarks.Effort;
import dev.migrationflags.benchmarks.Table;
import dev.migrationflags.benchmarks.subject.HandWritten;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Store;

/**
 * What a caller waits in each read mode, and what an awaited second write costs it.
 */
public final class Waits {

	private static final double MORE_MILLIS = 0.1;

	private static final double MORE_MICROS = 30;

	private final Effort effort;

	private Waits(Effort effort) {
		this.effort = effort;
	}

	/**
	 * Measures.
	 * @param effort how much is measured
	 * @param budgets takes the budgets
	 * @return tables
	 * @throws Exception if something could not be measured
	 */
	public static String measure(Effort effort, List<Budget> budgets) throws Exception {
		Waits waits = new Waits(effort);
		return waits.reads(budgets) + "\n" + secondWrites(budgets);
	}

	private String reads(List<Budget> budgets) throws Exception {
		Table table = new Table(Stream.concat(Stream.of("median wait, ms"), titles()).toArray(String[]::new));
		double[] alone = row(table, Subject.OLD_ALONE);
		double[] detached = row(table, Subject.DETACHED);
		for (Subject subject : List.of(Subject.CONCURRENT, Subject.SERIAL, Subject.LAUNCH_DARKLY_PARALLEL,
				Subject.LAUNCH_DARKLY_SERIAL)) {
			row(table, subject);
		}
		double more = Double.NEGATIVE_INFINITY;
		for (Behaviour behaviour : Behaviour.values()) {
			more = Math.max(more, detached[behaviour.ordinal()] - alone[behaviour.ordinal()]);
		}
		budgets.add(new Budget("caller's median wait in `detached`, whatever the new side does", "old alone + 0.1 ms",
				"%+.2f ms".formatted(more), more <= MORE_MILLIS,
				"The processors were busy with something else: a woken thread then waits for its turn."));
		return table.toString();
	}

	private static Stream<String> titles() {
		return Arrays.stream(Behaviour.values()).map(Behaviour::title);
	}

	private double[] row(Table table, Subject subject) throws Exception {
		double[] waits = new double[Behaviour.values().length];
		List<Object> row = new ArrayList<>(List.of(subject.title()));
		for (Behaviour behaviour : Behaviour.values()) {
			waits[behaviour.ordinal()] = medianMillis(subject, behaviour);
			row.add(Table.number(waits[behaviour.ordinal()]));
		}
		table.row(row.toArray());
		return waits;
	}

	private double medianMillis(Subject subject, Behaviour behaviour) throws Exception {
		try (Subject.Reader reader = subject.open(behaviour)) {
			long[] waits = new long[this.effort.waits()];
			int calls = 0;
			long end = System.nanoTime() + this.effort.waiting().toNanos();
			while (calls < waits.length && System.nanoTime() - end < 0) {
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
	private static String secondWrites(List<Budget> budgets) {
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
			double inTurn = median(byHand, byHand.length) / 1e3;
			double awaited = median(afterCommit, afterCommit.length) / 1e3;
			double more = awaited - inTurn;
			budgets.add(new Budget("dual write `after-commit` (default), awaited on the pool",
					"both sides + 30 µs at the median", "+ " + Table.number(more) + " µs", more <= MORE_MICROS,
					"It is the time in which the system wakes a thread of the pool and the caller again, "
							+ "which depends on how busy the machine is."));
			return new Table("a dual write of two constants", "median wait, µs")
				.row("hand-written, both in turn", Table.number(inTurn))
				.row("`after-commit` (default), awaited on the pool", Table.number(awaited))
				.toString();
		}
	}

}
