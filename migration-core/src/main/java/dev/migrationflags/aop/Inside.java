package dev.migrationflags.aop;

import java.util.Arrays;

import dev.migrationflags.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The operations whose implementations, and the flags in whose keyed stores, the current
 * thread is. A call of one of these operations is not routed again: the method that was
 * called runs. Holds only types of the JDK between calls, so that a thread which outlives
 * the application does not keep its classes.
 * <p>
 * A call looks its thread's operations up once, and hands them on: they are an array that
 * begins with the thread, or with nothing once a larger one has taken its place.
 */
final class Inside {

	private static final ThreadLocal<@Nullable Object[]> OPERATIONS = new ThreadLocal<>();

	private static final int SIZE = 8;

	private Inside() {
	}

	/**
	 * The operations of the current thread.
	 */
	static @Nullable Object[] current() {
		@Nullable Object[] operations = OPERATIONS.get();
		return (operations != null) ? operations : use(new @Nullable Object[SIZE]);
	}

	/**
	 * The operations of the current thread, with room for one more.
	 * @param known those that were looked up for the call, maybe on another thread
	 */
	static @Nullable Object[] current(@Nullable Object[] known) {
		@Nullable Object[] operations = (known[0] == Thread.currentThread()) ? known : current();
		return (operations[operations.length - 1] == null) ? operations : grow(operations);
	}

	private static @Nullable Object[] grow(@Nullable Object[] operations) {
		@Nullable Object[] larger = use(Arrays.copyOf(operations, 2 * operations.length));
		operations[0] = null;
		return larger;
	}

	private static @Nullable Object[] use(@Nullable Object[] operations) {
		operations[0] = Thread.currentThread();
		OPERATIONS.set(operations);
		return operations;
	}

	/**
	 * Whether a thread is in an implementation of an operation, or in a keyed store of
	 * its flag.
	 * @param operations those of the thread
	 */
	static boolean is(@Nullable Object[] operations, Operation operation) {
		return operations[1] != null
				&& (is(operations, (Object) operation) || is(operations, (Object) operation.spec().flag()));
	}

	static boolean is(@Nullable Object[] operations, Object operation) {
		for (int place = 1; place < operations.length; place++) {
			Object entered = operations[place];
			if (entered == null) {
				return false;
			}
			if (entered == operation) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Enters an implementation.
	 * @param operations those of the current thread, with room
	 * @param operation the operation, or the flag for all of its operations
	 * @return where to leave it
	 */
	static int enter(@Nullable Object[] operations, Object operation) {
		int place = 1;
		while (operations[place] != null) {
			place++;
		}
		operations[place] = operation;
		return place;
	}

	static void leave(@Nullable Object[] operations, int place) {
		((operations[0] != null) ? operations : OPERATIONS.get())[place] = null;
	}

}
