package dev.migrationflags.sample.orders;

import dev.migrationflags.MigrationOrigin;

/**
 * Both sides of the orders, each by itself.
 *
 * @param oldSide the store that is being replaced
 * @param newSide the store that takes over
 */
public record OrderStores(OrderStore oldSide, OrderStore newSide) {

	/**
	 * One of the two.
	 * @param origin which
	 * @return the store of that side
	 */
	public OrderStore of(MigrationOrigin origin) {
		return (origin == MigrationOrigin.OLD) ? this.oldSide : this.newSide;
	}

}
