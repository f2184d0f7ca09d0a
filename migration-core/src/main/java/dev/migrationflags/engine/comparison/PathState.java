package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

import dev.migrationflags.engine.comparison.PathPattern.Segment;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say of one place in a value, and where they lead from there. A step
 * costs at most one look-up by name, so that a walk needs no path as text.
 */
final class PathState {

	private final PathRules rules;

	private final BitSet reached;

	private final boolean ignored;

	private final boolean unordered;

	private final boolean showKeys;

	private final @Nullable BigDecimal tolerance;

	private @Nullable Steps steps;

	PathState(PathRules rules, BitSet reached) {
		this.rules = rules;
		this.reached = reached;
		this.ignored = rules.isIgnored(reached);
		this.unordered = rules.isUnordered(reached);
		this.showKeys = rules.isShowKeys(reached);
		this.tolerance = rules.tolerance(reached);
	}

	boolean ignored() {
		return this.ignored;
	}

	boolean unordered() {
		return this.unordered;
	}

	boolean showKeys() {
		return this.showKeys;
	}

	@Nullable BigDecimal tolerance() {
		return this.tolerance;
	}

	/**
	 * The state of a field or record component.
	 */
	PathState name(String name) {
		return steps().names.of(name);
	}

	/**
	 * The state of an element.
	 */
	PathState index(int index) {
		Step keys = steps().keys;
		return keys.special.isEmpty() ? keys.other : keys.of(Integer.toString(index));
	}

	/**
	 * The state of an element that has no index.
	 */
	PathState anyIndex() {
		return steps().keys.other;
	}

	/**
	 * The state of a map's value.
	 */
	PathState key(@Nullable Object key) {
		Step keys = steps().keys;
		return keys.special.isEmpty() ? keys.other : keys.of(MapKeys.text(key));
	}

	private Steps steps() {
		Steps steps = this.steps;
		if (steps == null) {
			// Two threads may make the same steps: harmless, the states are shared
			steps = new Steps(step(true, Segment.Form.NAME), step(false, Segment.Form.KEY));
			this.steps = steps;
		}
		return steps;
	}

	private Step step(boolean named, Segment.Form form) {
		PathState other = this.rules.state(this.rules.step(this.reached, named, null));
		Map<String, PathState> special = new HashMap<>();
		for (String text : this.rules.texts(this.reached, form)) {
			special.put(text, this.rules.state(this.rules.step(this.reached, named, text)));
		}
		return new Step(special, other);
	}

	private record Steps(Step names, Step keys) {
	}

	private record Step(Map<String, PathState> special, PathState other) {

		PathState of(@Nullable String text) {
			return this.special.isEmpty() ? this.other : this.special.getOrDefault(text, this.other);
		}

	}

}
