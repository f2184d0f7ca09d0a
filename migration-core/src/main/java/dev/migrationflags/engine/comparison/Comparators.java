package dev.migrationflags.engine.comparison;

import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.ResultComparator;
import org.jspecify.annotations.Nullable;

/**
 * Comparators by type. For a run-time type the one with the most specific type is found,
 * superclasses and interfaces alike; of several that are equally specific, the one that
 * was given first. Immutable.
 */
public final class Comparators implements ComparatorLookup {

	private final List<Entry> entries;

	private Comparators(List<Entry> entries) {
		this.entries = List.copyOf(entries);
	}

	/**
	 * Makes a look-up of these comparators.
	 * @param entries the comparators, in the order that breaks a tie
	 * @return the look-up, {@link ComparatorLookup#NONE} for none
	 */
	public static ComparatorLookup of(List<Entry> entries) {
		return entries.isEmpty() ? NONE : new Comparators(entries);
	}

	@Override
	public @Nullable ResultComparator<Object> forType(Class<?> type) {
		return forTypes(type, type);
	}

	@Override
	@SuppressWarnings("unchecked")
	public @Nullable ResultComparator<Object> forTypes(Class<?> oldType, Class<?> newType) {
		List<Entry> candidates = new ArrayList<>();
		for (Entry entry : this.entries) {
			if (entry.type.isAssignableFrom(oldType) && entry.type.isAssignableFrom(newType)) {
				candidates.add(entry);
			}
		}
		for (Entry candidate : candidates) {
			if (candidates.stream().noneMatch(candidate::isLessSpecificThan)) {
				return (ResultComparator<Object>) candidate.comparator;
			}
		}
		return null;
	}

	/**
	 * One comparator.
	 *
	 * @param type the type that it compares
	 * @param comparator the comparator
	 */
	public record Entry(Class<?> type, ResultComparator<?> comparator) {

		private boolean isLessSpecificThan(Entry other) {
			return this.type != other.type && this.type.isAssignableFrom(other.type);
		}

	}

}
