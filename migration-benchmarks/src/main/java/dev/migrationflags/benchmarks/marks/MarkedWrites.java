package dev.migrationflags.benchmarks.marks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

import dev.migrationflags.benchmarks.Budget;
import dev.migrationflags.benchmarks.Effort;
import dev.migrationflags.benchmarks.Table;
import dev.migrationflags.benchmarks.subject.Application;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a caller waits for a dual write whose keys are marked in a database, both sides on
 * local PostgreSQL servers.
 */
public final class MarkedWrites {

	private static final double TIMES = 1.8;

	private static final String BY_HAND = "hand-written, both in turn, nothing else";

	private static final String MARKED = "marked (default)";

	private static final int WARM_UP = 3;

	private static final int CALLS = 100;

	private MarkedWrites() {
	}

	/**
	 * Measures.
	 * @param effort how much is measured
	 * @param budgets takes the budgets
	 * @return a table
	 */
	public static String measure(Effort effort, List<Budget> budgets) {
		Map<String, List<Double>> waits = new LinkedHashMap<>();
		int rounds = WARM_UP + effort.waits() / 15;
		try (ConfigurableApplicationContext marked = start(true);
				ConfigurableApplicationContext unawaited = start(false)) {
			Rows old = new Rows(marked.getBean(Databases.OLD, JdbcClient.class));
			Rows other = new Rows(marked.getBean(Databases.NEW, JdbcClient.class));
			Rows both = marked.getBean(Rows.Old.class);
			Rows first = unawaited.getBean(Rows.Old.class);
			for (int round = 0; round < rounds; round++) {
				boolean counts = round >= WARM_UP;
				int begin = round * CALLS;
				wait(waits, "the old side alone", counts, begin, (id) -> old.save(id, "a"));
				wait(waits, BY_HAND, counts, begin, (id) -> {
					old.save(id, "b");
					other.save(id, "b");
				});
				wait(waits, MARKED, counts, begin, (id) -> both.save(id, "c"));
				wait(waits, "marked, `write.await: false`", counts, begin, (id) -> first.save(id, "d"));
			}
		}
		return table(waits, budgets);
	}

	private static ConfigurableApplicationContext start(boolean await) {
		return Application.start(List.of(Databases.class, Rows.Old.class, Rows.New.class),
				Map.of("migration.store.type", "jdbc", "migration.store.initialize-schema", "always",
						"migration.flags.rows.stage", "shadow", "migration.flags.rows.write.await", await));
	}

	/**
	 * In rounds that alternate, so that a noisy neighbour disturbs all alike.
	 */
	private static void wait(Map<String, List<Double>> waits, String title, boolean counts, int begin,
			LongConsumer call) {
		for (int id = begin; id < begin + CALLS; id++) {
			long start = System.nanoTime();
			call.accept(id);
			double micros = (System.nanoTime() - start) / 1e3;
			if (counts) {
				waits.computeIfAbsent(title, (key) -> new ArrayList<>()).add(micros);
			}
		}
	}

	private static String table(Map<String, List<Double>> waits, List<Budget> budgets) {
		Table table = new Table("a write", "median wait, µs", "95 % wait at most, µs", "× hand-written");
		double yardstick = median(waits, BY_HAND);
		waits.forEach((title, each) -> table.row(title, Table.number(quantile(each, 0.5)),
				Table.number(quantile(each, 0.95)), Table.number(quantile(each, 0.5) / yardstick)));
		double times = median(waits, MARKED) / yardstick;
		budgets.add(new Budget("dual write with marks, both sides on local PostgreSQL", "× " + TIMES,
				"× " + Table.number(times), times <= TIMES,
				"A mark has to be on disk before the first side is written: one more commit than a dual write by hand."));
		return table.toString();
	}

	private static double median(Map<String, List<Double>> waits, String title) {
		return quantile(waits.getOrDefault(title, List.of()), 0.5);
	}

	private static double quantile(List<Double> waits, double quantile) {
		double[] sorted = waits.stream().mapToDouble(Double::doubleValue).toArray();
		Arrays.sort(sorted);
		return sorted[(int) (quantile * (sorted.length - 1))];
	}

}
