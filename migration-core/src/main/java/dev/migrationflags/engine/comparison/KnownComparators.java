package dev.migrationflags.engine.comparison;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.ResultComparator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a {@link ComparatorLookup} said of a type. Bounded, so that types that
 * are made anew again and again do not pile up.
 */
final class KnownComparators {

	private static final int MAX_TYPES = 1000;

	private static final ResultComparator<Object> NONE = (oldValue, newValue) -> false;

	private final ComparatorLookup lookup;

	private final Map<Class<?>, ResultComparator<Object>> known = new ConcurrentHashMap<>();

	KnownComparators(ComparatorLookup lookup) {
		this.lookup = lookup;
	}

	boolean isEmpty() {
		return this.lookup == ComparatorLookup.NONE;
	}

	boolean has(@Nullable Object value) {
		return find(value) != null;
	}

	@Nullable ResultComparator<Object> find(@Nullable Object oldValue, @Nullable Object newValue) {
		if (isEmpty() || oldValue == null || newValue == null) {
			return null;
		}
		ResultComparator<Object> comparator = find(oldValue);
		if (comparator == null || oldValue.getClass() == newValue.getClass()) {
			return comparator;
		}
		if (find(newValue) == null) {
			return null;
		}
		return this.lookup.forTypes(oldValue.getClass(), newValue.getClass());
	}

	private @Nullable ResultComparator<Object> find(@Nullable Object value) {
		if (isEmpty() || value == null || value instanceof Node) {
			return null;
		}
		Class<?> type = value.getClass();
		ResultComparator<Object> comparator = this.known.get(type);
		if (comparator == null) {
			ResultComparator<Object> found = this.lookup.forType(type);
			comparator = (found != null) ? found : NONE;
			if (this.known.size() >= MAX_TYPES) {
				this.known.clear();
			}
			this.known.put(type, comparator);
		}
		return (comparator != NONE) ? comparator : null;
	}

}
