package dev.migrationflags.engine.metrics;

import java.util.Locale;

/**
 * Why a secondary side, or a comparison, was left out: the tag {@code reason} of
 * {@code migration.skipped}.
 */
public enum SkipReason {

	/**
	 * Not in the sample of reads that run both sides.
	 */
	SAMPLED,

	/**
	 * Not in the sample of dual reads that are compared.
	 */
	UNCHECKED,

	/**
	 * Too large to compare.
	 */
	OVERSIZED,

	/**
	 * No room in the pool.
	 */
	SATURATED,

	/**
	 * The secondary failed too often of late.
	 */
	OPEN,

	/**
	 * The transaction has written under this flag.
	 */
	IN_TRANSACTION,

	/**
	 * The key was being written, or is marked: the sides may differ until that is over.
	 */
	PENDING_REPAIR,

	/**
	 * The authoritative write was rolled back.
	 */
	ROLLED_BACK,

	/**
	 * The operation is too old to write.
	 */
	DEADLINE;

	private final String key = name().toLowerCase(Locale.ROOT);

	/**
	 * The value of the tag.
	 * @return the name in lower case
	 */
	public String key() {
		return this.key;
	}

}
