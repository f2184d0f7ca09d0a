package dev.migrationflags.engine;

import dev.migrationflags.MigrationStage;

/**
 * The stage of one call.
 *
 * @param stage the stage
 * @param pinned whether it is an earlier stage, kept; a call that is made at it counts as
 * begun when it was pinned
 * @param since when it was pinned, in terms of {@link System#nanoTime()}
 */
record Decision(MigrationStage stage, boolean pinned, long since) {

	private static final Decision[] CURRENT = new Decision[MigrationStage.values().length];

	static {
		for (MigrationStage stage : MigrationStage.values()) {
			CURRENT[stage.ordinal()] = new Decision(stage, false, 0);
		}
	}

	/**
	 * The stage that is in force now.
	 */
	static Decision of(MigrationStage stage) {
		return CURRENT[stage.ordinal()];
	}

	/**
	 * The start of a call.
	 * @param now when it was made
	 * @return when the deadline of its writes begins to run
	 */
	long start(long now) {
		return this.pinned ? this.since : now;
	}

}
