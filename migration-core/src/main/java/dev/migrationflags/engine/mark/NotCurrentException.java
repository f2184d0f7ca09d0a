package dev.migrationflags.engine.mark;

/**
 * A change of authority is announced, or has happened since an operation was pinned.
 * Never reaches callers.
 */
public final class NotCurrentException extends Exception {

	/**
	 * Creates an exception.
	 * @param message what was found
	 */
	public NotCurrentException(String message) {
		super(message, null, false, false);
	}

}
