package dev.migrationflags;

/**
 * Copies what the other side lacks, and compares the two sides key by key. Works for
 * flags that have a {@link KeyedStore} on both sides. Runs in the background, on one node
 * at a time, and goes on after a restart where the store is durable. Safe for use by
 * several threads.
 */
public interface MigrationSync {

	/**
	 * Starts to copy every key from the leading side to the other, and to remove keys
	 * that only the other side has. Writes go on meanwhile: newer data is never
	 * overwritten.
	 * @param flag the key of the flag
	 * @throws UnknownFlagException if nobody has defined the flag
	 * @throws MigrationException if the flag has no keyed stores, is at a stage that does
	 * not write both sides, or something runs already; says which
	 */
	void backfill(String flag);

	/**
	 * Starts to compare the two sides key by key.
	 * @param flag the key of the flag
	 * @throws UnknownFlagException if nobody has defined the flag
	 * @throws MigrationException if the flag has no keyed stores, is at a stage that does
	 * not write both sides, or something runs already; says which
	 */
	void verify(String flag);

	/**
	 * What was started last, and how far it is.
	 * @param flag the key of the flag
	 * @return its state; idle if nothing was ever started
	 * @throws UnknownFlagException if nobody has defined the flag
	 */
	SyncStatus status(String flag);

	/**
	 * Stops what runs. Does nothing if nothing does.
	 * @param flag the key of the flag
	 * @throws UnknownFlagException if nobody has defined the flag
	 */
	void cancel(String flag);

	/**
	 * Lets keys whose repair was given up be tried again.
	 * @param flag the key of the flag
	 * @return how many there are
	 * @throws UnknownFlagException if nobody has defined the flag
	 */
	int retryParked(String flag);

}
