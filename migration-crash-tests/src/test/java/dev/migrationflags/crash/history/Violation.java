package dev.migrationflags.crash.history;

/**
 * Something that must not happen.
 *
 * @param kind what
 * @param key the key where it happened
 * @param text who saw what
 */
public record Violation(Kind kind, long key, String text) {

	/**
	 * What must not happen.
	 */
	public enum Kind {

		/**
		 * In the end the authority has something older than an acknowledged write.
		 */
		LOST,

		/**
		 * In the end, with nothing left to repair, the sides differ.
		 */
		DIFFERENT,

		/**
		 * A read saw something older than a write that was known when the read began.
		 */
		STALE_READ,

		/**
		 * A write that promised that nothing was written has been seen.
		 */
		NOT_REFUSED,

		/**
		 * A value that nobody wrote there, or not yet.
		 */
		INVENTED

	}

}
