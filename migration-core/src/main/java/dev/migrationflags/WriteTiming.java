package dev.migrationflags;

/**
 * When the secondary side of a dual write runs.
 */
public enum WriteTiming {

	/**
	 * Once the caller's transaction has committed, or at once when there is none; on a
	 * pool thread that the caller awaits up to the write timeout. The default.
	 */
	AFTER_COMMIT,

	/**
	 * At once, on the caller's thread and in the caller's transaction: for two tables of
	 * one database.
	 */
	IMMEDIATE

}
