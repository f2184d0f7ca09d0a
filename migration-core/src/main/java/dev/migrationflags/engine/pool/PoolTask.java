package dev.migrationflags.engine.pool;

/**
 * What runs on the pool.
 */
public interface PoolTask {

	/**
	 * Runs on a thread of the pool. What it throws is dropped.
	 */
	void run();

	/**
	 * The pool was closed before the task could run; called once, instead of
	 * {@link #run()}.
	 */
	default void dropped() {
	}

}
