package dev.migrationflags;

import java.util.Locale;

/**
 * One of the two sides of a migration.
 */
public enum MigrationOrigin {

	/**
	 * The side that is being replaced.
	 */
	OLD,

	/**
	 * The side that takes over.
	 */
	NEW;

	private final String key = name().toLowerCase(Locale.ROOT);

	/**
	 * The name of this side in metrics and in the endpoint: {@code old} or {@code new}.
	 * @return the wire key
	 */
	public String key() {
		return this.key;
	}

	/**
	 * The other of the two sides.
	 * @return {@link #NEW} for {@link #OLD} and the reverse
	 */
	public MigrationOrigin other() {
		return (this == OLD) ? NEW : OLD;
	}

}
