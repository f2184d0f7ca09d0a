package dev.migrationflags.engine.comparison;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Whether everything that an equals could look at is loaded. An equals of an entity may
 * reach for a lazy relation, also for one that no rule compares, and would load it.
 */
final class LazyScan {

	private final Budget budget;

	private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private LazyScan(int maxNodes) {
		this.budget = new Budget(maxNodes);
	}

	static boolean isLoaded(Object value, int maxNodes) {
		if (!Laziness.POSSIBLE) {
			return true;
		}
		try {
			return new LazyScan(maxNodes).loaded(value, 0);
		}
		catch (Budget.OversizedException ex) {
			return false;
		}
	}

	private boolean loaded(@Nullable Object value, int depth) {
		this.budget.spend(1);
		Type type = Type.of(value);
		Object opened = type.laziness.open(value);
		if (opened != value) {
			type = Type.of(opened);
		}
		if (opened == null) {
			return true;
		}
		return switch (type.form) {
			case ABSENT -> false;
			case HOLDER -> loaded(Form.content(opened), depth + 1);
			case ARRAY, LIST, SET -> enter(opened, depth) || loaded(Contents.elements(opened, this.budget), depth);
			case MAP -> enter(opened, depth) || loaded(Contents.entries(opened, this.budget).values().toArray(), depth);
			case OBJECT -> enter(opened, depth) || fieldsLoaded(type, opened, depth);
			default -> true;
		};
	}

	/**
	 * Whether the value was seen before.
	 */
	private boolean enter(Object value, int depth) {
		if (depth > Trail.MAX_DEPTH) {
			throw Budget.OversizedException.INSTANCE;
		}
		return !this.seen.add(value);
	}

	private boolean loaded(@Nullable Object[] values, int depth) {
		for (Object value : values) {
			if (!loaded(value, depth + 1)) {
				return false;
			}
		}
		return true;
	}

	private boolean fieldsLoaded(Type type, Object value, int depth) {
		for (int i = 0; i < type.size(); i++) {
			if (!loaded(type.read(value, i), depth + 1)) {
				return false;
			}
		}
		return true;
	}

}
