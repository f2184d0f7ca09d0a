package dev.migrationflags.engine.comparison;

import java.util.List;
import java.util.Objects;

import dev.migrationflags.MigrationFlag;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the two sides of an operation returned. Two values match when their
 * structure has no difference under the rules, or when their own {@code equals} says so.
 * <ul>
 * <li>A comparator for the run-time type wins, for the results themselves and for
 * everything in them. It never gets null, and always (old, new).
 * <li>Objects and records are compared field by field, private and inherited fields
 * included, getters not. Types of the JDK, and types whose fields are not open to us, are
 * compared by their {@code equals}. Objects of different classes differ.
 * <li>Whole numbers compare by value, so do float and double, and BigDecimal. A whole
 * number and a decimal differ in type; so do a BigDecimal and a double, unless a
 * tolerance stands at the place.
 * <li>Collections with an order and arrays are compared by position, sets regardless of
 * order, maps by key. An {@code Optional} stands for its content.
 * <li>What Hibernate has not loaded is never loaded and never a difference: a value that
 * is not there says nothing. {@code equals} is not asked where it could load it.
 * </ul>
 * Values of more than {@code max-nodes} nodes, or more than 256 levels deep, are not
 * compared. Made once per operation; safe for use by several threads. No method throws.
 */
public final class ValueComparison {

	static final int BYTES_PER_NODE = 1024;

	private final KnownComparators comparators;

	private final PathState root;

	private final boolean tolerant;

	private final boolean includeValues;

	private final int maxNodes;

	/**
	 * Prepares comparisons.
	 * @param rules the rules of the operation
	 * @param comparators the comparators by type
	 * @param includeValues whether differences may carry the values, of leaves only
	 * @throws IllegalArgumentException if the rules are not {@link #validate valid}; the
	 * message names everything that is wrong
	 */
	public ValueComparison(MigrationFlag.Comparison rules, ComparatorLookup comparators, boolean includeValues) {
		List<String> messages = validate(rules);
		if (!messages.isEmpty()) {
			throw new IllegalArgumentException(String.join("; ", messages));
		}
		PathRules paths = new PathRules(rules);
		this.comparators = new KnownComparators(comparators);
		this.root = paths.root();
		this.tolerant = paths.hasTolerances();
		this.includeValues = includeValues;
		this.maxNodes = rules.maxNodes();
	}

	/**
	 * What is wrong with rules.
	 * @param rules the rules of an operation
	 * @return a message for each mistake, empty if there is none
	 */
	public static List<String> validate(MigrationFlag.Comparison rules) {
		return PathRules.validate(rules);
	}

	/**
	 * Fixes a value, to be compared later on another thread. To be called on the thread
	 * that has the value, before anybody else gets it. Reads fields and elements, loads
	 * nothing, changes nothing. Values with a comparator, and leaves of unknown types,
	 * are kept as they are. What cannot be captured gives its verdict when it is
	 * compared.
	 * @param value the value
	 * @return the value as it is now
	 */
	public Captured capture(@Nullable Object value) {
		try {
			return Captured.of(new Capture(this.comparators, this.maxNodes).capture(value, this.root));
		}
		catch (Budget.OversizedException | StackOverflowError ex) {
			return Captured.oversized();
		}
		catch (Throwable ex) {
			return Captured.failed(ex);
		}
	}

	/**
	 * Fixes values that come one after the other.
	 * @return what takes them, as the elements of a list
	 */
	public ElementsCapture captureElements() {
		return new ElementsCapture(new Capture(this.comparators, this.maxNodes), this.root);
	}

	/**
	 * Compares two values. Either or both may be {@link Captured}; what is not is read as
	 * it is now, on this thread.
	 * @param oldValue what the old side returned, or a capture of it
	 * @param newValue what the new side returned, or a capture of it
	 * @return the verdict
	 */
	public Verdict compare(@Nullable Object oldValue, @Nullable Object newValue) {
		if (isSamePlain(oldValue, newValue)) {
			return Verdict.MATCH;
		}
		Verdict foregone = foregone(oldValue);
		if (foregone == null) {
			foregone = foregone(newValue);
		}
		return (foregone != null) ? foregone : walk(content(oldValue), content(newValue));
	}

	/**
	 * Without a comparator, plain values that are equal need no walk.
	 */
	private boolean isSamePlain(@Nullable Object oldValue, @Nullable Object newValue) {
		return this.comparators.isEmpty()
				&& (oldValue == null || oldValue instanceof String || oldValue instanceof Integer
						|| oldValue instanceof Long || oldValue instanceof Boolean)
				&& Objects.equals(oldValue, newValue);
	}

	private static @Nullable Verdict foregone(@Nullable Object value) {
		return (value instanceof Captured captured) ? captured.foregone() : null;
	}

	private static @Nullable Object content(@Nullable Object value) {
		return (value instanceof Captured captured) ? captured.root() : value;
	}

	private Verdict walk(@Nullable Object oldValue, @Nullable Object newValue) {
		Walk walk = new Walk(this.comparators, this.tolerant, this.includeValues, this.maxNodes);
		try {
			return walk.same(oldValue, newValue, this.root) ? Verdict.MATCH : Verdict.mismatch(walk.differences());
		}
		catch (Budget.OversizedException | StackOverflowError ex) {
			return Verdict.OVERSIZED;
		}
		catch (Walk.NoVerdictException ex) {
			return Verdict.error((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (Throwable ex) {
			return Verdict.error(ex);
		}
	}

}
