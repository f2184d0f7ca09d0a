package dev.migrationflags.flags;

import dev.migrationflags.MigrationStage;

/**
 * The stage of one call.
 *
 * @param stage the stage
 * @param pinned whether it is an earlier stage, kept; a call that is made at it counts as
 * begun when it was pinned
 * @param since when it was pinned, in terms of {@link System#nanoTime()}
 * @param position where the flag was when the call was made
 */
public record Decision(MigrationStage stage, boolean pinned, long since, Position position) {

	/**
	 * The start of a call.
	 * @param now when it was made
	 * @return when the deadline of its writes begins to run
	 */
	public long start(long now) {
		return this.pinned ? this.since : now;
	}

	/**
	 * The same stage, kept from an earlier call, for a call that is made later.
	 * @param now where the flag is now
	 * @return the decision of that call
	 */
	public Decision at(Position now) {
		return (this.position == now) ? this : new Decision(this.stage, this.pinned, this.since, now);
	}

}
