package dev.migrationflags.sample.rehearsal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

import dev.migrationflags.MigrationStage;

/**
 * What happened at each stage, for the table at the end.
 */
final class CrashCounts {

	private static final String ROW = "%-10s %7s %13s  %10s %9s  %6s %9s  %6s %8s%n";

	private final LongAdder acknowledged = new LongAdder();

	private final LongAdder happened = new LongAdder();

	private final LongAdder lost = new LongAdder();

	private final LongAdder kills = new LongAdder();

	private final LongAdder moves = new LongAdder();

	private final LongAdder refusals = new LongAdder();

	private final Set<String> reasons = new TreeSet<>();

	private int movesKilled;

	private int backfillsKilled;

	private final List<String> rows = new ArrayList<>();

	private Figures before = new Figures(0, 0, 0, 0, 0, 0, 0, 0);

	/**
	 * A write was acknowledged.
	 */
	void acknowledged() {
		this.acknowledged.increment();
	}

	/**
	 * It is known what became of a write that was not answered.
	 * @param happened whether it happened
	 */
	void settled(boolean happened) {
		(happened ? this.happened : this.lost).increment();
	}

	void killed() {
		this.kills.increment();
	}

	void moved() {
		this.moves.increment();
	}

	void killedMove() {
		this.movesKilled++;
	}

	void killedBackfill() {
		this.backfillsKilled++;
	}

	void refused(List<String> reasons) {
		this.refusals.increment();
		// nodes and numbers mean nothing to who reads this
		reasons.forEach((reason) -> this.reasons
			.add(reason.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "...").replaceAll("\\d+(\\.\\d+)?", "#")));
	}

	/**
	 * Why moves were refused.
	 * @return the reasons, each once
	 */
	Set<String> reasons() {
		return this.reasons;
	}

	/**
	 * Ends the row of a stage.
	 * @param stage the stage
	 * @param calls how many calls of clients there were so far
	 * @param repaired how many keys were repaired so far
	 */
	void endOf(MigrationStage stage, long calls, long repaired) {
		Figures now = now(calls, repaired);
		this.rows.add(now.since(this.before).row(stage.key()));
		this.before = now;
	}

	private Figures now(long calls, long repaired) {
		return new Figures(calls, this.acknowledged.sum(), this.happened.sum(), this.lost.sum(), this.kills.sum(),
				repaired, this.moves.sum(), this.refusals.sum());
	}

	/**
	 * The rows, and their sum.
	 * @return the table
	 */
	String table() {
		return String.format(Locale.ROOT, ROW, "", "", "writes", "unanswered,", "of these", "", "keys", "", "moves")
				+ String.format(Locale.ROOT, ROW, "stage", "calls", "acknowledged", "happened", "did not", "kills",
						"repaired", "moves", "refused")
				+ String.join("", this.rows) + this.before.row("all")
				+ "Of the kills, %d were in the middle of a move and %d of a backfill; the others of calls."
					.formatted(this.movesKilled, this.backfillsKilled);
	}

	private record Figures(long calls, long acknowledged, long happened, long lost, long kills, long repaired,
			long moves, long refusals) {

		Figures since(Figures other) {
			return new Figures(this.calls - other.calls, this.acknowledged - other.acknowledged,
					this.happened - other.happened, this.lost - other.lost, this.kills - other.kills,
					this.repaired - other.repaired, this.moves - other.moves, this.refusals - other.refusals);
		}

		String row(String name) {
			return String.format(Locale.ROOT, ROW, name, this.calls, this.acknowledged, this.happened, this.lost,
					this.kills, this.repaired, this.moves, this.refusals);
		}

	}

}
