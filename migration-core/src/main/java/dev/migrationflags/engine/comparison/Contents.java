package dev.migrationflags.engine.comparison;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is in a collection, an array or a map, live or captured.
 */
final class Contents {

	private Contents() {
	}

	/**
	 * The elements of a collection or an array, in the order of its iterator; not to be
	 * changed.
	 */
	static @Nullable Object[] elements(Object value, Budget budget) {
		if (value instanceof Node.OfElements node) {
			return node.elements();
		}
		if (value instanceof Object[] array) {
			limit(array.length, budget);
			return array;
		}
		if (value instanceof Collection<?> collection) {
			return elements(collection, budget);
		}
		int size = Array.getLength(value);
		limit(size, budget);
		Object[] elements = new Object[size];
		for (int i = 0; i < size; i++) {
			elements[i] = Array.get(value, i);
		}
		return elements;
	}

	private static @Nullable Object[] elements(Collection<?> collection, Budget budget) {
		// The iterator counts: a size may be wrong, and an iterator without an end
		int size = collection.size();
		limit(size, budget);
		@Nullable Object[] elements = new Object[Math.max(size, 0)];
		int count = 0;
		for (Object element : collection) {
			if (count == elements.length) {
				limit(count + 1, budget);
				elements = Arrays.copyOf(elements, count * 2 + 1);
			}
			elements[count++] = element;
		}
		return (count == elements.length) ? elements : Arrays.copyOf(elements, count);
	}

	/**
	 * The entries of a map by {@link MapKeys#canonical key}, without those whose key is
	 * not loaded.
	 */
	static Map<@Nullable Object, @Nullable Object> entries(Object value, Budget budget) {
		if (value instanceof Node.OfMap node) {
			return node.entries();
		}
		Map<?, ?> map = (Map<?, ?>) value;
		limit(map.size(), budget);
		Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			limit(entries.size(), budget);
			Object key = Type.of(entry.getKey()).laziness.open(entry.getKey());
			if (key != Node.ABSENT) {
				Object canonical = MapKeys.canonical(key);
				entries.put(entries.containsKey(canonical) ? key : canonical, entry.getValue());
			}
		}
		return entries;
	}

	private static void limit(int size, Budget budget) {
		if (size > budget.left()) {
			throw Budget.OversizedException.INSTANCE;
		}
	}

}
