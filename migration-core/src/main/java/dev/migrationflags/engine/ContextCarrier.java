package dev.migrationflags.engine;

import dev.migrationflags.engine.Call.SideCall;

/**
 * Takes what belongs to the caller's thread (security, logging, request) along to the
 * thread of the secondary side.
 */
@FunctionalInterface
public interface ContextCarrier {

	/**
	 * Carries nothing.
	 */
	ContextCarrier NONE = (call) -> call;

	/**
	 * Captures what the current thread has, on the caller's thread, which waits for it;
	 * may throw, then nothing is carried. What the returned call does of its own accord
	 * counts as the secondary's.
	 * @param call what will run on another thread
	 * @return the same, with what the current thread has
	 */
	SideCall carry(SideCall call);

}
