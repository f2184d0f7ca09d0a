package dev.migrationflags;

import org.jspecify.annotations.Nullable;

/**
 * The root of the exceptions that the framework itself throws.
 */
public class MigrationException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param message what is wrong, where, and what to do instead
	 */
	public MigrationException(String message) {
		super(message);
	}

	/**
	 * Creates an exception with a cause.
	 * @param message what is wrong, where, and what to do instead
	 * @param cause why, or {@code null}
	 */
	public MigrationException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
