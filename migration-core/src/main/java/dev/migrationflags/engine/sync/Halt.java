package dev.migrationflags.engine.sync;

/**
 * Tells that work has to end before it is done.
 */
@FunctionalInterface
interface Halt {

	/**
	 * Whether to go on. Asked before each key.
	 * @throws HaltedException if not
	 */
	void check() throws HaltedException;

	/**
	 * Work ends before it is done.
	 */
	final class HaltedException extends Exception {

		HaltedException(String reason) {
			super(reason, null, false, false);
		}

	}

}
