package dev.migrationflags;

import java.util.Collection;

/**
 * Nobody has defined the flag that was asked for.
 */
public class UnknownFlagException extends IllegalArgumentException {

	/**
	 * Creates an exception.
	 * @param flag the flag that was asked for
	 * @param known the flags that exist
	 */
	public UnknownFlagException(String flag, Collection<String> known) {
		super("Unknown flag '%s'; known flags: %s".formatted(flag,
				known.isEmpty() ? "none" : String.join(", ", known)));
	}

}
