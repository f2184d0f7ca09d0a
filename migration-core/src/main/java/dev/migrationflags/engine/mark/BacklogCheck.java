package dev.migrationflags.engine.mark;

import java.util.function.Supplier;

import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.flags.Move;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.Readiness;
import dev.migrationflags.flags.Repairs;
import org.jspecify.annotations.Nullable;

/**
 * The check {@code backlog}: keys that wait for repair or were given up. What waits is
 * repaired while the flag is held, so that a few of them show, and do not refuse a move
 * by themselves; the hold does, if they are still there at its end.
 */
public final class BacklogCheck implements MoveCheck {

	/**
	 * How many keys can be repaired while a flag is held.
	 */
	private final int bearable;

	private final MarkStore marks;

	private final Supplier<KeyRepairs> repairs;

	/**
	 * Creates the check.
	 * @param marks counts them
	 * @param repairs knows the flags with keys
	 * @param bearable how many may wait when a move begins
	 */
	public BacklogCheck(MarkStore marks, Supplier<KeyRepairs> repairs, int bearable) {
		this.marks = marks;
		this.repairs = repairs;
		this.bearable = bearable;
	}

	@Override
	public String name() {
		return "backlog";
	}

	@Override
	public @Nullable String refusal(Move move) {
		if (!blocks(move) || !applies(move)) {
			return null;
		}
		try {
			MarkCounts counts = this.marks.counts(move.flag().key());
			return isBearable(move, counts) ? null : "backlog: " + words(counts);
		}
		catch (MarkUnavailableException ex) {
			return "backlog: the store cannot be asked which keys differ";
		}
	}

	@Override
	public Readiness.@Nullable Check show(Move move) {
		if (!applies(move)) {
			return null;
		}
		try {
			MarkCounts counts = this.marks.counts(move.flag().key());
			return new Readiness.Check(name(), counts.pending() == 0 && counts.parked() == 0, blocks(move),
					words(counts));
		}
		catch (MarkUnavailableException ex) {
			return new Readiness.Check(name(), false, blocks(move), "the store cannot be asked which keys differ");
		}
	}

	/**
	 * Whether what is left is repaired while calls are held, as far as that can be told:
	 * nobody should be held in vain.
	 */
	private boolean isBearable(Move move, MarkCounts counts) {
		if (counts.pending() == 0 && counts.parked() == 0) {
			return true;
		}
		return move.settles() && counts.parked() == 0 && counts.pending() <= this.bearable
				&& !this.repairs.get().isFailing(move.flag().key());
	}

	private boolean blocks(Move move) {
		return move.settles() || (move.isForward() && move.flag().definition().readinessRequired().contains(name()));
	}

	private boolean applies(Move move) {
		return this.repairs.get().of(move.flag().key()) != Repairs.NONE;
	}

	private static String words(MarkCounts counts) {
		if (counts.pending() == 0 && counts.parked() == 0) {
			return "no key waits for repair";
		}
		String given = (counts.parked() == 0) ? ""
				: " (see why in the log; MigrationSync.retryParked tries them again, a backfill copies those whose key was lost with a process)";
		return "%d keys wait for repair, %d were given up%s".formatted(counts.pending(), counts.parked(), given);
	}

}
