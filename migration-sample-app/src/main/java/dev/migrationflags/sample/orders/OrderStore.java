package dev.migrationflags.sample.orders;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * One side by itself, addressable by key: for copying and comparing. Not migrated, so
 * each call reaches the side on which it is made.
 */
public interface OrderStore {

	/**
	 * One order of this side.
	 * @param key its id
	 * @return the order, if this side has it
	 */
	Optional<Order> find(Long key);

	/**
	 * Stores an order under its id, unless this side has this or a later version.
	 * @param order the order, with an id
	 * @return whether it was stored
	 */
	boolean put(Order order);

	/**
	 * The ids of this side, page by page.
	 * @param last the last id of the page before, {@code null} for the first page
	 * @param limit how many at most
	 * @return ids greater than {@code last}, ascending
	 */
	List<Long> keysAfter(@Nullable Long last, int limit);

}
