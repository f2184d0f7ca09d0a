package dev.migrationflags.engine.comparison;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Hashes of structure under the rules, as a hint which elements may match: nearly always
 * equal where elements match, and looking at the beginnings of a value only.
 */
final class Hashes {

	private static final int MAX_DEPTH = 4;

	private static final int MAX_ELEMENTS = 8;

	private final KnownComparators comparators;

	private final Budget budget;

	private int left;

	Hashes(KnownComparators comparators, Budget budget) {
		this.comparators = comparators;
		this.budget = budget;
		// Enough for both sides of the largest list
		this.left = (int) Math.min(2L * budget.limit(), Integer.MAX_VALUE);
	}

	int of(@Nullable Object value, PathState state, int depth) {
		Type type = Type.of(value);
		Object opened = type.laziness.open(value);
		if (opened != value) {
			return of(opened, state, depth);
		}
		if (opened == null || depth > MAX_DEPTH || this.left-- <= 0 || state.ignored()
				|| this.comparators.has(opened)) {
			return 0;
		}
		return switch (type.form) {
			case TEXT -> opened.toString().hashCode();
			case INTEGRAL -> (state.tolerance() != null) ? 1 : Numbers.canonicalIntegral((Number) opened).hashCode();
			case FLOATING -> (state.tolerance() != null) ? 1 : Numbers.canonicalFloating((Number) opened).hashCode();
			case DECIMAL -> (state.tolerance() != null) ? 1 : Double.hashCode(((Number) opened).doubleValue());
			case LEAF -> (opened instanceof java.net.URL) ? 2 : opened.hashCode();
			case HOLDER -> of(Form.content(opened), state, depth + 1);
			case BYTES -> ((byte[]) opened).length;
			case ARRAY, LIST -> elements(opened, state, depth);
			case SET -> 3;
			case MAP -> entries(opened, state, depth);
			case OBJECT -> fields(type, opened, state, depth);
			default -> 0;
		};
	}

	private int elements(Object value, PathState state, int depth) {
		@Nullable Object[] elements = Contents.elements(value, this.budget);
		int hash = elements.length;
		if (!state.unordered()) {
			for (int i = 0; i < Math.min(elements.length, MAX_ELEMENTS); i++) {
				hash = hash * 31 + of(elements[i], state.index(i), depth + 1);
			}
		}
		return hash;
	}

	private int entries(Object value, PathState state, int depth) {
		Map<@Nullable Object, @Nullable Object> entries = Contents.entries(value, this.budget);
		if (entries.size() > MAX_ELEMENTS * 2) {
			return entries.size();
		}
		int hash = 0;
		for (Map.Entry<@Nullable Object, @Nullable Object> entry : entries.entrySet()) {
			PathState entryState = state.key(entry.getKey());
			if (!entryState.ignored()) {
				hash += (String.valueOf(MapKeys.text(entry.getKey())).hashCode() * 31)
						^ of(entry.getValue(), entryState, depth + 1);
			}
		}
		return hash;
	}

	private int fields(Type type, Object value, PathState state, int depth) {
		int hash = type.size();
		for (int i = 0; i < type.size(); i++) {
			hash = hash * 31 + of(type.read(value, i), state.name(type.name(i)), depth + 1);
		}
		return hash;
	}

}
