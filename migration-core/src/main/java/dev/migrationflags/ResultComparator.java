package dev.migrationflags;

/**
 * Decides whether two results are the same. Of the beans of this type, the one with the
 * most specific type for the run-time type of the values is used, for elements of
 * optionals, arrays, collections and map values too. Called on any thread, never on one
 * whose caller is waiting unless the read mode promises to wait.
 *
 * @param <T> the type of the results
 */
@FunctionalInterface
public interface ResultComparator<T> {

	/**
	 * Whether both sides said the same. Throwing gives no verdict
	 * ({@code comparator_error}) and does not touch the caller's result.
	 * @param oldValue the old side's value, never null
	 * @param newValue the new side's value, never null
	 * @return whether they match
	 */
	boolean matches(T oldValue, T newValue);

}
