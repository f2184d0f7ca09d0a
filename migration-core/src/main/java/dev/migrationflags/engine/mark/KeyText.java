package dev.migrationflags.engine.mark;

/**
 * Writes the keys of one flag as text and reads them again.
 */
public interface KeyText {

	/**
	 * The longest text of a key.
	 */
	int MAX_LENGTH = 200;

	/**
	 * Writes a key.
	 * @param key the key, as an expression gave it
	 * @return the text, the same for equal keys
	 * @throws IllegalArgumentException if it is no key of this flag, or its text is too
	 * long
	 */
	String encode(Object key);

	/**
	 * Reads a key.
	 * @param text the text
	 * @return the key, of the type that the stores of the flag take
	 * @throws IllegalArgumentException if it is no text of a key
	 */
	Object decode(String text);

}
