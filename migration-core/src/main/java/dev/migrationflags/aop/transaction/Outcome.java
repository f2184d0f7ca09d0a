package dev.migrationflags.aop.transaction;

/**
 * How a transaction has ended.
 */
enum Outcome {

	COMMITTED, ROLLED_BACK, UNKNOWN

}
