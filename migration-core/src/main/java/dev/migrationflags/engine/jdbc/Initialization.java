package dev.migrationflags.engine.jdbc;

/**
 * When the tables are created at start-up, unless they exist:
 * {@code migration.store.initialize-schema}.
 */
public enum Initialization {

	/**
	 * Only in a database in memory.
	 */
	EMBEDDED,

	/**
	 * In every database.
	 */
	ALWAYS,

	/**
	 * Never.
	 */
	NEVER

}
