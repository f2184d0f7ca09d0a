package dev.migrationflags.engine.metrics;

import java.util.Locale;

/**
 * What came of a dual read: the tag {@code result} of {@code migration.comparisons}.
 */
public enum ComparisonResult {

	/**
	 * Both sides said the same.
	 */
	MATCH,

	/**
	 * The sides differ.
	 */
	MISMATCH,

	/**
	 * Only the old side threw.
	 */
	OLD_ERROR,

	/**
	 * Only the new side threw.
	 */
	NEW_ERROR,

	/**
	 * The secondary side took longer than it may.
	 */
	TIMEOUT,

	/**
	 * A comparator or {@code equals} threw: no verdict.
	 */
	COMPARATOR_ERROR;

	private final String key = name().toLowerCase(Locale.ROOT);

	/**
	 * The value of the tag.
	 * @return the name in lower case
	 */
	public String key() {
		return this.key;
	}

}
