package dev.migrationflags;

/**
 * What is known about a dual write whose secondary side was not reached.
 */
public enum WriteConsistency {

	/**
	 * Marked before the write and repaired afterwards. The default where both sides are
	 * {@code KeyedStore}s.
	 */
	MARKED,

	/**
	 * As {@link #MARKED}; besides, the caller gets an exception when the secondary was
	 * not reached.
	 */
	STRICT,

	/**
	 * Counted, and held against the next flip. The default without {@code KeyedStore}s,
	 * and what LaunchDarkly does.
	 */
	COUNTED

}
