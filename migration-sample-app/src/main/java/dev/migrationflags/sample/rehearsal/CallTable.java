package dev.migrationflags.sample.rehearsal;

import java.util.List;
import java.util.Locale;

import io.micrometer.core.instrument.MeterRegistry;

import dev.migrationflags.MigrationStage;

/**
 * The table at the end, by flag and stage.
 */
final class CallTable {

	private static final String ROW = "%-10s %-10s %7s %7s  %10s %10s  %10s %10s  %9s %11s%n";

	private final MeterRegistry meters;

	CallTable(MeterRegistry meters) {
		this.meters = meters;
	}

	String text() {
		StringBuilder table = new StringBuilder(ROW.formatted("flag", "stage", "calls", "errors", "old p50/ms",
				"old p99/ms", "new p50/ms", "new p99/ms", "compared", "mismatches"));
		append(table, Act.ORDERS, MigrationStage.ladder(6));
		append(table, Act.PRICING, MigrationStage.ladder(4));
		append(table, Act.RECEIPTS, MigrationStage.ladder(2));
		return table.toString();
	}

	private void append(StringBuilder table, String flag, List<MigrationStage> stages) {
		for (MigrationStage stage : stages) {
			CallStatistics row = CallStatistics.of(this.meters, flag, stage);
			if (row.calls() == 0) {
				continue;
			}
			boolean compares = row.comparisons() > 0;
			table.append(ROW.formatted(flag, stage.key(), row.calls(), row.errors(),
					time(row.oldSide(), row.oldSide().p50()), time(row.oldSide(), row.oldSide().p99()),
					time(row.newSide(), row.newSide().p50()), time(row.newSide(), row.newSide().p99()),
					compares ? row.comparisons() : "-", compares ? row.mismatches() : "-"));
		}
	}

	private static String time(CallStatistics.Latency latency, double seconds) {
		return (latency.count() > 0) ? String.format(Locale.ROOT, "%.2f", seconds * 1000) : "-";
	}

}
