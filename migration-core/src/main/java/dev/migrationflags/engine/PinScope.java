package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

/**
 * Tells in whose pins a call looks: those of the request, or of the transaction, that the
 * current thread works for. Asked on every call; may throw, then nothing is pinned.
 */
@FunctionalInterface
public interface PinScope {

	/**
	 * There is neither a request nor a transaction.
	 */
	PinScope NONE = () -> null;

	/**
	 * The pins of the current thread.
	 * @return the pins, or {@code null} if calls of this thread are not held together
	 */
	@Nullable Pins current();

}
