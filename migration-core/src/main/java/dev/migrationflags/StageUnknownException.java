package dev.migrationflags;

import java.time.Duration;

/**
 * This node has not heard of the store of stages for so long that the others may have
 * moved on. Thrown by a dual write before anything is written: the call can be repeated,
 * here later or on another node now.
 */
public class StageUnknownException extends MigrationException {

	/**
	 * Creates an exception.
	 * @param flag the key of the flag
	 * @param stage the last stage that is known
	 * @param silence how long the store has not been heard of
	 */
	public StageUnknownException(String flag, MigrationStage stage, Duration silence) {
		super("The stage of flag '%s' was %s %d s ago, and the store has not been heard of since (migration.store.max-staleness): nothing was written"
			.formatted(flag, stage.key(), silence.toSeconds()));
	}

}
