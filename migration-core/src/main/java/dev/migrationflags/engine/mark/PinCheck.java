package dev.migrationflags.engine.mark;

/**
 * Says whether an operation may begin under what it was pinned at. Asked under a lock:
 * must not wait. Safe for use by several threads.
 */
@FunctionalInterface
public interface PinCheck {

	/**
	 * Whether no change of authority is announced, or has happened since.
	 * @param flag the key of the flag
	 * @param epoch the epoch of the flag when the operation was pinned
	 * @return whether the operation may begin
	 */
	boolean isCurrent(String flag, long epoch);

}
