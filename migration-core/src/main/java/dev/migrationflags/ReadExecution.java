package dev.migrationflags;

/**
 * How a read that runs both sides runs the secondary one.
 */
public enum ReadExecution {

	/**
	 * The authoritative side on the caller's thread; the secondary on the pool, never
	 * awaited. The default.
	 */
	DETACHED,

	/**
	 * Both at once; the caller waits for the secondary and the comparison, up to the read
	 * timeout.
	 */
	CONCURRENT,

	/**
	 * Authoritative side, secondary side and comparison one after the other on the
	 * caller's thread. A slow secondary delays the caller.
	 */
	SERIAL,

	/**
	 * As {@link #SERIAL}, with a coin toss for the order of the two sides.
	 */
	RANDOM

}
