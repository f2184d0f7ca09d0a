package dev.migrationflags.crash.worker;

/**
 * Who has a transaction around a write ({@code crash.transactions}).
 */
public enum Transactions {

	/**
	 * Nobody: each statement is committed by itself.
	 */
	NONE,

	/**
	 * Each side.
	 */
	SIDE,

	/**
	 * The caller, over one write or two, on the database that leads; some are rolled
	 * back.
	 */
	CALLER

}
