package dev.migrationflags.engine.mark;

import java.util.List;

/**
 * An operation that may still write. Made by a {@link MarkStore}, and understood by that
 * store only.
 */
public interface Registration {

	/**
	 * The key of the flag.
	 * @return the key
	 */
	String flag();

	/**
	 * The keys on which it is registered.
	 * @return the keys, none as long as they are unknown
	 */
	List<String> keys();

}
