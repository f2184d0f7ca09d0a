package dev.migrationflags.sample.orders;

/**
 * How far an order is.
 */
public enum OrderStatus {

	/**
	 * Ordered.
	 */
	PLACED,

	/**
	 * Paid for.
	 */
	PAID,

	/**
	 * On its way.
	 */
	SHIPPED,

	/**
	 * Called off; the order is kept.
	 */
	CANCELLED

}
