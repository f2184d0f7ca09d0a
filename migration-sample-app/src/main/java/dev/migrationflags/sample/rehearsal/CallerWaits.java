package dev.migrationflags.sample.rehearsal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.sample.chaos.Mood;
import org.jspecify.annotations.Nullable;

/**
 * How long clients waited, as they measure it around their HTTP calls.
 */
final class CallerWaits {

	private static final String ROW = "%-10s %-6s %-10s %-12s %7s  %10s %10s %10s%n";

	private final Map<Row, List<Long>> nanos = new TreeMap<>();

	private volatile @Nullable Phase phase;

	/**
	 * From now on calls belong to this phase. Without one nothing is kept.
	 * @param act where the flags are
	 * @param mood how the new sides behave
	 */
	void enter(Act act, Mood mood) {
		this.phase = new Phase(act, mood);
	}

	@Nullable Phase phase() {
		return this.phase;
	}

	/**
	 * Whether every answer has to be the old side's: wherever the new side misbehaves.
	 * @return {@code true} if it has
	 */
	boolean isOldSideExpected() {
		return this.phase != null;
	}

	synchronized void waited(@Nullable Phase phase, Call call, long nanos) {
		if (phase != null) {
			this.nanos.computeIfAbsent(Row.of(phase, call), (row) -> new ArrayList<>()).add(nanos);
		}
	}

	/**
	 * The longest wait of a call that had a new side to wait for.
	 * @return how long
	 */
	synchronized Duration longest() {
		return Duration.ofNanos(this.nanos.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().mood() != null)
			.flatMap((entry) -> entry.getValue().stream())
			.mapToLong(Long::longValue)
			.max()
			.orElse(0));
	}

	synchronized String table() {
		StringBuilder table = new StringBuilder(
				ROW.formatted("flag", "type", "stage", "new side", "calls", "p50/ms", "p99/ms", "max/ms"));
		this.nanos.forEach((row, waits) -> {
			List<Long> sorted = new ArrayList<>(waits);
			Collections.sort(sorted);
			table.append(ROW.formatted(row.call().flag, row.call().type, row.stage().key(),
					(row.mood() != null) ? row.mood() : "not called", sorted.size(), percentile(sorted, 0.5),
					percentile(sorted, 0.99), percentile(sorted, 1)));
		});
		return table.toString();
	}

	private static String percentile(List<Long> sorted, double share) {
		int rank = Math.max(1, (int) Math.ceil(sorted.size() * share));
		return String.format(Locale.ROOT, "%.2f", sorted.get(rank - 1) / 1e6);
	}

	/**
	 * What clients call, by the flag that matters most for it.
	 */
	enum Call {

		ORDER_READ(Act.ORDERS, "read"), ORDER_WRITE(Act.ORDERS, "write"), QUOTE(Act.PRICING, "read"),
		RECEIPT(Act.RECEIPTS, "write");

		private final String flag;

		private final String type;

		Call(String flag, String type) {
			this.flag = flag;
			this.type = type;
		}

		boolean reachesNewSide(MigrationStage stage) {
			return stage.readsBoth() || (this.type.equals("write") && stage.writesBoth());
		}

	}

	record Phase(Act act, Mood mood) {
	}

	/**
	 * @param mood of the new side, {@code null} if it is not called
	 */
	private record Row(Call call, MigrationStage stage, @Nullable Mood mood) implements Comparable<Row> {

		static Row of(Phase phase, Call call) {
			MigrationStage stage = phase.act().stages().getOrDefault(call.flag, MigrationStage.OFF);
			return new Row(call, stage, call.reachesNewSide(stage) ? phase.mood() : null);
		}

		@Override
		public int compareTo(Row other) {
			int result = this.call.compareTo(other.call);
			result = (result != 0) ? result : this.stage.compareTo(other.stage);
			return (result != 0) ? result : Integer.compare(rank(), other.rank());
		}

		private int rank() {
			return (this.mood != null) ? this.mood.ordinal() : -1;
		}

	}

}
