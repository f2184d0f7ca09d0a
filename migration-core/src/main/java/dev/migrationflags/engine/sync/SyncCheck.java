package dev.migrationflags.engine.sync;

import java.time.Duration;
import java.util.function.Supplier;

import dev.migrationflags.SyncStatus.Kind;
import dev.migrationflags.SyncStatus.State;
import dev.migrationflags.flags.Move;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * The check {@code sync}: before a flag relies on the side that has been the secondary
 * one, all of its keys should have been copied or compared since the stage is of its
 * class. Informs, and refuses where the flag requires it. Flags without keyed stores do
 * not have it.
 */
public final class SyncCheck implements MoveCheck {

	private static final String NAME = "sync";

	private final Supplier<BackgroundSync> sync;

	private SyncCheck(Supplier<BackgroundSync> sync) {
		this.sync = sync;
	}

	/**
	 * The check.
	 * @param sync gives what copies and compares
	 * @return the check
	 */
	public static MoveCheck of(Supplier<BackgroundSync> sync) {
		return new SyncCheck(sync);
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public @Nullable String refusal(Move move) {
		Readiness.Check check = blocks(move) ? show(move) : null;
		return (check == null || check.ok()) ? null : "%s: %s".formatted(NAME, check.detail());
	}

	@Override
	public Readiness.@Nullable Check show(Move move) {
		if (!move.settles() || !this.sync.get().hasStores(move.flag())) {
			return null;
		}
		boolean ok = false;
		String detail;
		try {
			Checkpoint last = this.sync.get().last(move.flag());
			ok = last != null && isGood(last);
			detail = (last != null) ? describe(last)
					: "never backfilled or verified since the stage is of its class; start a backfill, then a verification";
		}
		catch (RuntimeException ex) {
			detail = "it cannot be told what was backfilled or verified (%s)".formatted(ex.getMessage());
		}
		return new Readiness.Check(NAME, ok, blocks(move), detail);
	}

	private static boolean blocks(Move move) {
		return move.to().compareTo(move.from()) > 0 && move.flag().definition().readinessRequired().contains(NAME);
	}

	private static boolean isGood(Checkpoint last) {
		return last.state() == State.DONE
				&& (last.kind() == Kind.BACKFILL || (last.differences() == 0 && last.unsettled() == 0));
	}

	private static String describe(Checkpoint last) {
		String kind = last.kind().key();
		String found = "%d keys, %d differences, %d left open".formatted(last.done(), last.differences(),
				last.unsettled());
		return switch (last.state()) {
			case DONE -> "%s done %s ago: %s".formatted(kind, ago(last.quiet()), found);
			case RUNNING -> "%s running: %s so far".formatted(kind, found);
			case VOID -> "the stage has changed class since the last %s; start one anew".formatted(kind);
			case FAILED, CANCELLED, IDLE -> "%s %s: %s; start one anew".formatted(kind, last.state().key(), found);
		};
	}

	private static String ago(Duration duration) {
		return (duration.toHours() > 0) ? duration.toHours() + " h"
				: (duration.toMinutes() > 0) ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
	}

}
