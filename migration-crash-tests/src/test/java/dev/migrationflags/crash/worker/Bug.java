package dev.migrationflags.crash.worker;

/**
 * A bug that a node can be started with ({@code crash.bug}), for the checker to find.
 */
public enum Bug {

	/**
	 * None.
	 */
	NONE,

	/**
	 * Writes are not marked.
	 */
	NO_MARK,

	/**
	 * Writes are marked once they have failed, not before they begin.
	 */
	MARK_AFTER_FAILURE,

	/**
	 * Repair writes what the failed write would have written, not what the authority has.
	 */
	REPLAY_OF_ARGUMENTS,

	/**
	 * The end of a write removes the mark, whoever else may still write.
	 */
	CLEARED_WITHOUT_LOOKING,

	/**
	 * The first write goes where the flag was when the call came, the second where it
	 * should when the call began.
	 */
	STAGE_ASKED_TWICE,

	/**
	 * The authority changes without a look at calls in flight and at marks.
	 */
	FLIP_WITHOUT_GATE,

	/**
	 * A node that starts is at the configured stage.
	 */
	STAGE_FORGOTTEN

}
