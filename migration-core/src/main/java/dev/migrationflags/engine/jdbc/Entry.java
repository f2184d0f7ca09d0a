package dev.migrationflags.engine.jdbc;

import java.util.Comparator;

/**
 * An operation on one key.
 *
 * @param flag the key of the flag
 * @param key the key
 * @param id the number of the operation
 * @param creates whether it may take the mark away if it has set it
 */
record Entry(String flag, String key, long id, boolean creates) {

	/**
	 * The order in which everybody locks marks.
	 */
	static final Comparator<Entry> ORDER = Comparator.comparing(Entry::flag)
		.thenComparing(Entry::key)
		.thenComparingLong(Entry::id);

	/**
	 * The number with which the mark was set if it may be taken away.
	 */
	long born() {
		return this.creates ? this.id : -1;
	}

}
