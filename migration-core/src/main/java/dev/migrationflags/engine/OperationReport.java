package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;

/**
 * Is told what happens in one call: on several threads, but nothing after {@link #end()},
 * which comes when nothing more will. Must not block; what it throws is logged.
 */
public interface OperationReport {

	/**
	 * The stage of the call has been decided, on the thread that began the report, or
	 * that has failed.
	 * @return whether to tell the rest
	 */
	boolean decided();

	/**
	 * A side runs.
	 * @param side the side
	 */
	void invoked(MigrationOrigin side);

	/**
	 * A side has ended, well or not. Told only of flags and operations that track
	 * latency.
	 * @param side the side
	 * @param nanos how long it took
	 */
	void latency(MigrationOrigin side, long nanos);

	/**
	 * A side has thrown, or took longer than it may. Told only of flags and operations
	 * that track errors.
	 * @param side the side
	 */
	void error(MigrationOrigin side);

	/**
	 * Both sides have returned and were compared.
	 * @param consistent whether the results match
	 */
	void compared(boolean consistent);

	/**
	 * The call is over, with everything that belongs to it.
	 */
	void end();

}
