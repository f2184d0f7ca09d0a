package dev.migrationflags.crash.history;

/**
 * How a write returned. One of a process that was killed has not returned.
 */
public enum Outcome {

	/**
	 * Acknowledged.
	 */
	OK('o'),

	/**
	 * Failed with a promise that nothing was written.
	 */
	REFUSED('f'),

	/**
	 * Failed without that promise: it may be there, or turn up later, or not.
	 */
	INDETERMINATE('i');

	private final char letter;

	Outcome(char letter) {
		this.letter = letter;
	}

	char letter() {
		return this.letter;
	}

}
