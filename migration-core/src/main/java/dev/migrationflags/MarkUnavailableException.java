package dev.migrationflags;

/**
 * A dual write could not be noted before it began, because the store of marks is out of
 * reach. Nothing was written on either side: the call can be repeated.
 */
public class MarkUnavailableException extends MigrationException {

	/**
	 * Creates an exception.
	 * @param flag the key of the flag
	 * @param cause why the store is out of reach
	 */
	public MarkUnavailableException(String flag, Throwable cause) {
		super("A write of flag '%s' cannot be marked, as migration.store is out of reach: nothing was written, the call can be repeated"
			.formatted(flag), cause);
	}

}
