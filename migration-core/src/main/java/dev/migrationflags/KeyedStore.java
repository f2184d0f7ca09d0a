package dev.migrationflags;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * One side of a migration, addressable by key. Beans under {@link Migration} that
 * implement it on both sides, together with {@code key} on the writes, let writes that
 * reached one side only be repaired: the current value of the leading side is copied to
 * the other. Called through the bean's proxy and never routed, so that each bean reads
 * and writes its own side, from several threads, outside of the transactions of callers.
 *
 * @param <K> the type of the keys: {@code String}, a number, {@code UUID}, an enum, or
 * one with a {@link KeyCodec} bean
 * @param <V> the type of the values, the same on both sides
 */
public interface KeyedStore<K, V> {

	/**
	 * Reads a value, from where writes go: not from a replica that lags.
	 * @param key the key
	 * @return the value as it is now, or empty if there is none
	 */
	Optional<V> find(K key);

	/**
	 * Lets a key have a value, whether it had one before or not. Has to be durable when
	 * it returns.
	 * @param key the key
	 * @param value the value as the other side has it, generated parts included
	 */
	void put(K key, V value);

	/**
	 * Removes a key. Does nothing if there is none.
	 * @param key the key
	 */
	void remove(K key);

	/**
	 * Lists keys in an ascending order that is the store's own, for backfill and
	 * verification.
	 * @param last the key after which to begin, or {@code null} for the start; it may be
	 * gone by now
	 * @param limit how many at most
	 * @return the next keys, empty at the end
	 */
	List<K> keysAfter(@Nullable K last, int limit);

}
