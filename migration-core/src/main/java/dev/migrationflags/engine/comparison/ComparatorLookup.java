package dev.migrationflags.engine.comparison;

import dev.migrationflags.ResultComparator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the comparator for values of a run-time type. Asked on any thread; what it says
 * of a type is remembered, so it must not change. One that throws gives
 * {@link Verdict.Result#COMPARATOR_ERROR}.
 *
 * @see Comparators
 */
@FunctionalInterface
public interface ComparatorLookup {

	/**
	 * No comparators.
	 */
	ComparatorLookup NONE = (type) -> null;

	/**
	 * The comparator for values of a type.
	 * @param type the run-time type
	 * @return the most specific comparator, or {@code null} if there is none
	 */
	@Nullable ResultComparator<Object> forType(Class<?> type);

	/**
	 * The comparator for two values of different types. By default the one that both
	 * types have.
	 * @param oldType the run-time type of the old value
	 * @param newType the run-time type of the new value
	 * @return the most specific comparator that takes both, or {@code null}
	 */
	default @Nullable ResultComparator<Object> forTypes(Class<?> oldType, Class<?> newType) {
		ResultComparator<Object> comparator = forType(oldType);
		return (comparator == forType(newType)) ? comparator : null;
	}

}
