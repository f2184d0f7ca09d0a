package dev.migrationflags.flags;

/**
 * Is told of every time that a source did not answer as it should. Must not throw.
 */
@FunctionalInterface
public interface SourceTrouble {

	/**
	 * A source has failed; the call goes on with the last good stage, or without this
	 * source.
	 * @param flag the key of the flag
	 * @param source the name of the source
	 * @param message what has happened and what comes of it, without user data
	 * @param cause why
	 */
	void failed(String flag, String source, String message, Throwable cause);

}
