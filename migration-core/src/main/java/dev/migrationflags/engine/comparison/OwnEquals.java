package dev.migrationflags.engine.comparison;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Asks the equals of a class about two values. A snapshot has none: its source is asked,
 * if it is still what it was. Not asked where it could load what is lazy.
 */
final class OwnEquals {

	private final int maxNodes;

	/** Whom to ask, by value; empty: nobody. */
	private final Map<Object, Optional<Object>> sources = new IdentityHashMap<>();

	OwnEquals(int maxNodes) {
		this.maxNodes = maxNodes;
	}

	/**
	 * Whether two values are equal, as the first one says.
	 * @param unchanged whether a snapshot is what its source is now
	 */
	boolean says(Object oldValue, Object newValue, Predicate<Node.OfObject> unchanged) {
		Object oldSource = source(oldValue, unchanged);
		Object newSource = (oldSource != null) ? source(newValue, unchanged) : null;
		try {
			return oldSource != null && newSource != null && oldSource.equals(newSource);
		}
		catch (Throwable ex) {
			// The structure differs, and nothing says otherwise
			return false;
		}
	}

	private @Nullable Object source(Object value, Predicate<Node.OfObject> unchanged) {
		Optional<Object> known = this.sources.get(value);
		if (known == null) {
			known = Optional.of(value);
			if (value instanceof Node.OfObject node) {
				known = unchanged.test(node) ? Optional.of(node.source()) : Optional.empty();
			}
			known = known.filter((source) -> LazyScan.isLoaded(source, this.maxNodes));
			this.sources.put(value, known);
		}
		return known.orElse(null);
	}

}
