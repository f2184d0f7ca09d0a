package dev.migrationflags.engine.sync;

import dev.migrationflags.engine.sync.Halt.HaltedException;

/**
 * What is done with each key. Used by one thread.
 */
interface Work {

	/**
	 * Works on a page.
	 * @return what came of its keys
	 * @throws RuntimeException if nothing came of them, as what is needed is out of reach
	 */
	Tally page(Page page) throws HaltedException, InterruptedException;

	/**
	 * Comes back to keys that were put off, once all are through.
	 * @return how many of them differ, and how many could not be decided
	 */
	Tally end() throws HaltedException, InterruptedException;

	/**
	 * How many keys were put off so far.
	 */
	int putOff();

}
