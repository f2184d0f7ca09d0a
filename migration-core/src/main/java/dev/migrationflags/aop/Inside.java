package dev.migrationflags.aop;

import java.util.Arrays;

import dev.migrationflags.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The operations whose implementations, and the flags in whose keyed stores, the current
 * thread is. A call of one of these operations is not routed again: the method that was
 * called runs. Holds only types of the JDK between calls, so that a thread which outlives
 * the application does not keep its classes.
 */
final class Inside {

	private static final ThreadLocal<@Nullable Object[]> OPERATIONS = new ThreadLocal<>();

	private static final int DEPTH = 8;

	private Inside() {
	}

	/**
	 * Whether the current thread is in an implementation of an operation, or in a keyed
	 * store of its flag.
	 */
	static boolean is(Operation operation) {
		@Nullable Object[] operations = OPERATIONS.get();
		if (operations == null) {
			return false;
		}
		for (Object entered : operations) {
			if (entered == null) {
				return false;
			}
			if (entered == operation || entered == operation.spec().flag()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Enters an implementation.
	 * @param operation the operation, or the flag for all of its operations
	 * @return where to leave it
	 */
	static int enter(Object operation) {
		@Nullable Object[] operations = OPERATIONS.get();
		if (operations == null) {
			operations = new @Nullable Object[DEPTH];
			OPERATIONS.set(operations);
		}
		int depth = 0;
		while (depth < operations.length && operations[depth] != null) {
			depth++;
		}
		if (depth == operations.length) {
			operations = Arrays.copyOf(operations, 2 * depth);
			OPERATIONS.set(operations);
		}
		operations[depth] = operation;
		return depth;
	}

	static void leave(int depth) {
		OPERATIONS.get()[depth] = null;
	}

}
