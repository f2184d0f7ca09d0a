package dev.migrationflags.flags;

import org.jspecify.annotations.Nullable;

/**
 * A source has given no answer, or one that is no stage of the flag. Without a stack
 * trace, because it may happen on every call.
 */
final class SourceFailure extends Exception {

	SourceFailure(String message, @Nullable Throwable cause) {
		super(message, cause, false, false);
	}

	/**
	 * What to name in the log: what the source threw, else this.
	 */
	Throwable reason() {
		Throwable cause = getCause();
		return (cause != null) ? cause : this;
	}

}
