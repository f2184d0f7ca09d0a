package dev.migrationflags.engine;

import java.util.Locale;

/**
 * Whether an operation reads or writes.
 */
public enum OperationType {

	/**
	 * The operation reads: both sides may run and be compared.
	 */
	READ,

	/**
	 * The operation writes: both sides may run, one after the other.
	 */
	WRITE;

	private final String key = name().toLowerCase(Locale.ROOT);

	/**
	 * The value of the tag {@code type}.
	 * @return {@code read} or {@code write}
	 */
	public String key() {
		return this.key;
	}

}
