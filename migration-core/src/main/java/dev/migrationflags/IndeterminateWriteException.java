package dev.migrationflags;

import org.jspecify.annotations.Nullable;

/**
 * The authoritative write has happened, and it cannot be promised that it stands or that
 * the other side follows: with {@link WriteConsistency#STRICT} the second write failed,
 * or the writer outlived its deadline. What was written is marked and will be repaired
 * where there are {@link KeyedStore}s. Read the entity before writing it again.
 */
public class IndeterminateWriteException extends MigrationException {

	/**
	 * Creates an exception.
	 * @param flag the key of the flag
	 * @param what what happened
	 * @param cause why, or {@code null}
	 */
	public IndeterminateWriteException(String flag, String what, @Nullable Throwable cause) {
		super("A write of flag '%s' is indeterminate: %s".formatted(flag, what), cause);
	}

}
