package dev.migrationflags.engine.comparison;

import java.util.IdentityHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Takes one value down as {@linkplain Node nodes}. What cannot change, what a comparator
 * compares and what is a leaf stays as it is; what is ignored or not loaded is left out.
 */
final class Capture {

	private final KnownComparators comparators;

	private final Budget budget;

	/** The nodes of the values that are being captured: a cycle leads back to them. */
	private @Nullable Map<Object, Node> open;

	private int depth;

	Capture(KnownComparators comparators, int maxNodes) {
		this.comparators = comparators;
		this.budget = new Budget(maxNodes);
	}

	@Nullable Object capture(@Nullable Object value, PathState state) {
		if (state.ignored()) {
			return Node.ABSENT;
		}
		this.budget.spend(1);
		Type type = Type.of(value);
		Object opened = type.laziness.open(value);
		if (opened == null) {
			return null;
		}
		if (opened != value) {
			type = Type.of(opened);
		}
		if (this.comparators.has(opened)) {
			return opened;
		}
		return switch (type.form) {
			case TEXT -> opened.toString();
			case INTEGRAL -> (opened instanceof Number number && !Leaves.isImmutable(opened.getClass()))
					? Numbers.canonicalIntegral(number) : opened;
			case FLOATING -> (opened instanceof Number number && !Leaves.isImmutable(opened.getClass()))
					? Numbers.canonicalFloating(number) : opened;
			case LEAF -> Leaves.freeze(opened);
			case BYTES -> bytes((byte[]) opened);
			case HOLDER -> capture(Form.content(opened), state);
			case ARRAY, LIST, SET -> elements(type.form, opened, state);
			case MAP -> map(opened, state);
			case OBJECT -> object(type, opened, state);
			default -> opened;
		};
	}

	private byte[] bytes(byte[] bytes) {
		this.budget.spend(bytes.length / ValueComparison.BYTES_PER_NODE);
		return bytes.clone();
	}

	private Object elements(Form form, Object value, PathState state) {
		@Nullable Object[] source = Contents.elements(value, this.budget);
		@Nullable Object[] elements = new Object[source.length];
		Node.OfElements node = new Node.OfElements(form, elements);
		Node known = enter(value, node);
		if (known != null) {
			return known;
		}
		for (int i = 0; i < source.length; i++) {
			elements[i] = capture(source[i], (form == Form.SET) ? state.anyIndex() : state.index(i));
		}
		leave(value);
		return node;
	}

	private Object map(Object value, PathState state) {
		Map<@Nullable Object, @Nullable Object> entries = Contents.entries(value, this.budget);
		Node.OfMap node = new Node.OfMap(entries);
		Node known = enter(value, node);
		if (known != null) {
			return known;
		}
		entries.entrySet().forEach((entry) -> entry.setValue(capture(entry.getValue(), state.key(entry.getKey()))));
		leave(value);
		return node;
	}

	private Object object(Type type, Object value, PathState state) {
		if (type.immutable) {
			this.budget.spend(type.size());
			return value;
		}
		Node.OfObject node = new Node.OfObject(type, value);
		Node known = enter(value, node);
		if (known != null) {
			return known;
		}
		boolean unchanged = type.allFinal;
		for (int i = 0; i < type.size(); i++) {
			Object field = type.read(value, i);
			Object captured = capture(field, state.name(type.name(i)));
			node.values()[i] = captured;
			unchanged &= field == captured;
		}
		leave(value);
		return unchanged ? value : node;
	}

	private @Nullable Node enter(Object value, Node node) {
		if (this.depth == Trail.MAX_DEPTH) {
			throw Budget.OversizedException.INSTANCE;
		}
		if (this.open == null) {
			this.open = new IdentityHashMap<>();
		}
		Node known = this.open.putIfAbsent(value, node);
		if (known == null) {
			this.depth++;
		}
		return known;
	}

	private void leave(Object value) {
		this.depth--;
		if (this.open != null) {
			this.open.remove(value);
		}
	}

}
