package dev.migrationflags;

/**
 * Writes keys of an own type as text, so that they can be noted while the two sides may
 * differ. To be registered as a bean; safe for use by several threads.
 *
 * @param <K> the type of the keys
 */
public interface KeyCodec<K> {

	/**
	 * Writes a key as text.
	 * @param key the key
	 * @return the text: the same for equal keys, another for others; 200 characters at
	 * most
	 */
	String encode(K key);

	/**
	 * Reads a key.
	 * @param text what {@link #encode} gave, possibly in an earlier process
	 * @return the key, equal to the one that was encoded
	 */
	K decode(String text);

}
