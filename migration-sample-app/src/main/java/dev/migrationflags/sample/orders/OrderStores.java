package dev.migrationflags.sample.orders;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationOrigin;

/**
 * Both sides of the orders, each by itself: not migrated, so each call reaches the side
 * on which it is made. For comparing them.
 *
 * @param oldSide the store that is being replaced
 * @param newSide the store that takes over
 */
public record OrderStores(KeyedStore<Long, Order> oldSide, KeyedStore<Long, Order> newSide) {

	/**
	 * One of the two.
	 * @param origin which
	 * @return the store of that side
	 */
	public KeyedStore<Long, Order> of(MigrationOrigin origin) {
		return (origin == MigrationOrigin.OLD) ? this.oldSide : this.newSide;
	}

}
