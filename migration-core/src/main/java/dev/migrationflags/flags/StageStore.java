package dev.migrationflags.flags;

import dev.migrationflags.MigrationStage;

/**
 * Keeps where the flags are, for this process or for all nodes. Safe for use by several
 * threads.
 */
public interface StageStore {

	/**
	 * Whether a restart remembers.
	 * @return whether it does
	 */
	boolean isDurable();

	/**
	 * Where a flag is: read from the store, not remembered.
	 * @param flag the key of the flag
	 * @return its stage and epochs
	 * @throws IllegalStateException if the store is out of reach
	 */
	Kept read(String flag);

	/**
	 * Where a flag is.
	 *
	 * @param stage the base stage
	 * @param epoch the number of the last change
	 * @param authorityEpoch the number of the change since which the authority is what it
	 * is; an operation that was pinned at an earlier one must not write
	 */
	record Kept(MigrationStage stage, long epoch, long authorityEpoch) {
	}

}
