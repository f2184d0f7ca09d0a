package dev.migrationflags.engine.comparison;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.migrationflags.Difference;
import dev.migrationflags.Difference.Kind;
import dev.migrationflags.ResultComparator;
import org.jspecify.annotations.Nullable;

/**
 * One comparison: goes through two values side by side, live or captured, and notes where
 * they differ. Every method that compares says whether the values match. One class,
 * because all forms of values lead into each other.
 */
final class Walk {

	/** How many questions of full size may be asked beside a comparison. */
	private static final int PROBES = 8;

	private final KnownComparators comparators;

	private final boolean tolerant;

	private final Budget budget;

	private final Trail trail = new Trail();

	private final Findings findings;

	/** Whether a snapshot is compared with its own source. */
	private boolean checkingSource;

	/** Nodes that may still be visited for questions beside the comparison. */
	private long probeLeft;

	private @Nullable OwnEquals ownEquals;

	Walk(KnownComparators comparators, boolean tolerant, boolean includeValues, int maxNodes) {
		this.comparators = comparators;
		this.tolerant = tolerant;
		this.findings = new Findings(this.trail, includeValues);
		this.budget = new Budget(maxNodes);
		this.probeLeft = PROBES * (long) maxNodes;
	}

	List<Difference> differences() {
		return this.findings.differences();
	}

	boolean same(@Nullable Object oldValue, @Nullable Object newValue, PathState state) {
		if (state.ignored()) {
			return true;
		}
		this.budget.spend(1);
		Type oldType = Type.of(oldValue);
		Type newType = Type.of(newValue);
		if (oldType.laziness != Laziness.NONE || newType.laziness != Laziness.NONE) {
			oldValue = oldType.laziness.open(oldValue);
			newValue = newType.laziness.open(newValue);
			oldType = Type.of(oldValue);
			newType = Type.of(newValue);
		}
		if (oldType == Type.ABSENT || newType == Type.ABSENT) {
			return true;
		}
		ResultComparator<Object> comparator = this.comparators.find(oldValue, newValue);
		if (comparator != null) {
			return this.checkingSource || judge(comparator, oldValue, newValue);
		}
		if (oldType.form == Form.HOLDER || newType.form == Form.HOLDER) {
			return same(Form.content(oldValue), Form.content(newValue), state);
		}
		if (oldValue == null || newValue == null) {
			return oldValue == newValue || differ(Kind.NULL, oldValue, newValue);
		}
		if (oldType.form.isNumber() && newType.form.isNumber()) {
			return note(Numbers.difference((Number) oldValue, oldType.form, (Number) newValue, newType.form,
					state.tolerance()), oldValue, newValue);
		}
		if (oldType.form != newType.form) {
			return differ(Kind.TYPE, oldValue, newValue);
		}
		return switch (oldType.form) {
			case TEXT -> sameText(oldValue, newValue) || differ(Kind.VALUE, oldValue, newValue);
			case BYTES -> sameBytes((byte[]) oldValue, (byte[]) newValue) || differ(Kind.VALUE, oldValue, newValue);
			case ARRAY, LIST -> sameElements(oldValue, newValue, state);
			case SET -> sameSet(oldValue, newValue, state);
			case MAP -> sameEntries(oldValue, newValue, state);
			case OBJECT -> sameObject(oldType, oldValue, newType, newValue, state);
			default -> note(Leaves.difference(oldValue, newValue), oldValue, newValue);
		};
	}

	private boolean judge(ResultComparator<Object> comparator, @Nullable Object oldValue, @Nullable Object newValue) {
		try {
			if (oldValue == null || newValue == null || comparator.matches(oldValue, newValue)) {
				return true;
			}
		}
		catch (Throwable ex) {
			throw new NoVerdictException(ex);
		}
		return differ(Kind.VALUE, oldValue, newValue);
	}

	private static boolean sameText(Object oldValue, Object newValue) {
		return oldValue.toString().equals(newValue.toString());
	}

	private boolean sameBytes(byte[] oldValue, byte[] newValue) {
		this.budget.spend(Math.max(oldValue.length, newValue.length) / ValueComparison.BYTES_PER_NODE);
		return Arrays.equals(oldValue, newValue);
	}

	private boolean sameObject(Type oldType, Object oldValue, Type newType, Object newValue, PathState state) {
		if (oldValue == newValue) {
			return true;
		}
		if (oldType != newType) {
			return equalInBothWays(oldType, oldValue, newType, newValue, state)
					|| differ(Kind.TYPE, oldValue, newValue);
		}
		int mark = this.findings.mark();
		boolean same = sameFields(oldType, oldValue, newValue, state);
		if (!same && oldType.ownEquals && !this.checkingSource && equalsSays(oldType, oldValue, newValue, state)) {
			this.findings.forget(mark);
			return true;
		}
		return same;
	}

	private boolean sameFields(Type type, Object oldValue, Object newValue, PathState state) {
		if (!this.trail.enter(oldValue, newValue)) {
			return true;
		}
		boolean same = true;
		for (int i = 0; i < type.size() && (same || !this.findings.isMuted()); i++) {
			String name = type.name(i);
			this.trail.atName(name);
			same &= same(type.read(oldValue, i), type.read(newValue, i), state.name(name));
		}
		this.trail.leave();
		return same;
	}

	private boolean equalsSays(Type type, Object oldValue, Object newValue, PathState state) {
		return ownEquals().says(oldValue, newValue, (node) -> isUnchanged(type, node, state));
	}

	/**
	 * Whether both classes say that values of two classes are equal, as a class and a
	 * subclass of it may.
	 */
	private boolean equalInBothWays(Type oldType, Object oldValue, Type newType, Object newValue, PathState state) {
		return oldType.ownEquals && newType.ownEquals && !this.checkingSource
				&& ownEquals().says(oldValue, newValue, (node) -> isUnchanged(node.type(), node, state))
				&& ownEquals().says(newValue, oldValue, (node) -> isUnchanged(node.type(), node, state));
	}

	private OwnEquals ownEquals() {
		OwnEquals ownEquals = this.ownEquals;
		if (ownEquals == null) {
			ownEquals = new OwnEquals(this.budget.limit());
			this.ownEquals = ownEquals;
		}
		return ownEquals;
	}

	private boolean isUnchanged(Type type, Node.OfObject node, PathState state) {
		this.checkingSource = true;
		try {
			return probe(() -> sameFields(type, node, node.source(), state));
		}
		finally {
			this.checkingSource = false;
		}
	}

	private boolean sameElements(Object oldValue, Object newValue, PathState state) {
		@Nullable Object[] oldElements = Contents.elements(oldValue, this.budget);
		@Nullable Object[] newElements = Contents.elements(newValue, this.budget);
		if (!this.trail.enter(oldValue, newValue)) {
			return true;
		}
		int mark = this.findings.mark();
		boolean same = state.unordered() ? sameUnordered(oldElements, newElements, state)
				: samePositions(oldElements, newElements, state);
		this.trail.leave();
		if (!same && !this.findings.isMuted() && !state.unordered() && oldElements.length == newElements.length
				&& probe(() -> pairing(oldElements, newElements, state, true).isPerfect(this.tolerant))) {
			this.findings.forget(mark);
			return differ(Kind.ORDER, null, null);
		}
		return same;
	}

	private boolean samePositions(@Nullable Object[] oldElements, @Nullable Object[] newElements, PathState state) {
		boolean same = true;
		for (int i = 0; i < Math.max(oldElements.length, newElements.length)
				&& (same || !this.findings.isMuted()); i++) {
			this.trail.atIndex(i);
			if (i >= newElements.length) {
				same &= missing(oldElements[i], state.index(i));
			}
			else if (i >= oldElements.length) {
				same &= extra(newElements[i], state.index(i));
			}
			else {
				same &= same(oldElements[i], newElements[i], state.index(i));
			}
		}
		return same;
	}

	private boolean sameUnordered(@Nullable Object[] oldElements, @Nullable Object[] newElements, PathState state) {
		Pairing pairing = pairing(oldElements, newElements, state, true);
		if (this.findings.isMuted()) {
			return pairing.isPerfect(this.tolerant);
		}
		pairing.run(this.tolerant);
		boolean same = true;
		for (int i = 0; i < oldElements.length; i++) {
			if (pairing.isSingleOld(i)) {
				this.trail.atIndex(i);
				same &= missing(oldElements[i], state.index(i));
			}
		}
		for (int i = 0; i < newElements.length; i++) {
			if (pairing.isSingleNew(i)) {
				this.trail.atIndex(i);
				same &= extra(newElements[i], state.index(i));
			}
		}
		return same;
	}

	private boolean sameSet(Object oldValue, Object newValue, PathState state) {
		@Nullable Object[] oldElements = Contents.elements(oldValue, this.budget);
		@Nullable Object[] newElements = Contents.elements(newValue, this.budget);
		if (state.anyIndex().ignored()) {
			return true;
		}
		if (oldElements.length != newElements.length) {
			this.budget.spend(Math.max(oldElements.length, newElements.length));
			return differ(Kind.SIZE, null, null);
		}
		if (!this.trail.enter(oldValue, newValue)) {
			return true;
		}
		boolean same = pairing(oldElements, newElements, state, false).isPerfect(this.tolerant);
		this.trail.leave();
		return same || differ(Kind.VALUE, null, null);
	}

	private Pairing pairing(@Nullable Object[] oldElements, @Nullable Object[] newElements, PathState state,
			boolean indexed) {
		Hashes hashes = new Hashes(this.comparators, this.budget);
		int[] oldHashes = new int[oldElements.length];
		int[] newHashes = new int[newElements.length];
		for (int i = 0; i < oldHashes.length; i++) {
			oldHashes[i] = hashes.of(oldElements[i], indexed ? state.index(i) : state.anyIndex(), 0);
		}
		for (int i = 0; i < newHashes.length; i++) {
			newHashes[i] = hashes.of(newElements[i], indexed ? state.index(i) : state.anyIndex(), 0);
		}
		return new Pairing(oldHashes, newHashes, (i, j) -> {
			this.findings.mute();
			try {
				return same(oldElements[i], newElements[j], indexed ? state.index(i) : state.anyIndex());
			}
			finally {
				this.findings.unmute();
			}
		});
	}

	private boolean sameEntries(Object oldValue, Object newValue, PathState state) {
		Map<@Nullable Object, @Nullable Object> oldEntries = Contents.entries(oldValue, this.budget);
		Map<@Nullable Object, @Nullable Object> newEntries = Contents.entries(newValue, this.budget);
		if (!this.trail.enter(oldValue, newValue)) {
			return true;
		}
		boolean same = true;
		for (Map.Entry<@Nullable Object, @Nullable Object> entry : oldEntries.entrySet()) {
			Object key = entry.getKey();
			PathState entryState = state.key(key);
			this.trail.atKey(key, state.showKeys());
			Object newEntry = newEntries.get(key);
			same &= (newEntry != null || newEntries.containsKey(key)) ? same(entry.getValue(), newEntry, entryState)
					: missing(entry.getValue(), entryState);
		}
		for (Map.Entry<@Nullable Object, @Nullable Object> entry : newEntries.entrySet()) {
			if (!oldEntries.containsKey(entry.getKey())) {
				this.trail.atKey(entry.getKey(), state.showKeys());
				same &= extra(entry.getValue(), state.key(entry.getKey()));
			}
		}
		this.trail.leave();
		return same;
	}

	private boolean missing(@Nullable Object oldElement, PathState state) {
		this.budget.spend(1);
		return state.ignored() || differ(Kind.MISSING, oldElement, null);
	}

	private boolean extra(@Nullable Object newElement, PathState state) {
		this.budget.spend(1);
		return state.ignored() || differ(Kind.EXTRA, null, newElement);
	}

	private boolean note(@Nullable Kind kind, Object oldValue, Object newValue) {
		return kind == null || differ(kind, oldValue, newValue);
	}

	private boolean differ(Kind kind, @Nullable Object oldValue, @Nullable Object newValue) {
		return this.findings.differ(kind, oldValue, newValue);
	}

	/**
	 * Asks a question beside the comparison, which costs the value nothing: if it takes
	 * too long, or a comparator throws, the answer is no.
	 */
	private boolean probe(Question question) {
		int allowance = (int) Math.min(this.budget.limit(), this.probeLeft);
		int left = this.budget.replace(allowance);
		int depth = this.trail.depth();
		this.findings.mute();
		try {
			return question.ask();
		}
		catch (RuntimeException ex) {
			return false;
		}
		finally {
			this.findings.unmute();
			this.trail.backTo(depth);
			this.probeLeft = Math.max(this.probeLeft - (allowance - this.budget.replace(left)), 0);
		}
	}

	@FunctionalInterface
	private interface Question {

		boolean ask();

	}

	/**
	 * A comparator has thrown.
	 */
	static final class NoVerdictException extends RuntimeException {

		NoVerdictException(Throwable cause) {
			super(null, cause, false, false);
		}

	}

}
