package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.engine.comparison.PathPattern.Segment;
import org.jspecify.annotations.Nullable;

/**
 * All path rules of an operation as one automaton: a {@link PathState} is the set of
 * places that have been reached in the patterns. States are made when they are first
 * reached and shared.
 */
final class PathRules {

	private final List<Segment> places = new ArrayList<>();

	private final BitSet starts = new BitSet();

	private final BitSet ignored = new BitSet();

	private final BitSet unordered = new BitSet();

	private final BitSet showKeys = new BitSet();

	private final List<Tolerance> tolerances = new ArrayList<>();

	private final Map<BitSet, PathState> states = new ConcurrentHashMap<>();

	PathRules(MigrationFlag.Comparison rules) {
		rules.ignore().forEach((path) -> this.ignored.set(add(PathPattern.parse(path))));
		rules.unordered().forEach((path) -> this.unordered.set(add(PathPattern.parse(path))));
		rules.showKeys().forEach((path) -> this.showKeys.set(add(PathPattern.parse(path))));
		rules.tolerance()
			.forEach((key, amount) -> PathPattern.parseKey(key)
				.forEach((pattern) -> this.tolerances.add(new Tolerance(add(pattern), BigDecimal.valueOf(amount)))));
	}

	/**
	 * What is wrong with rules, in words.
	 */
	static List<String> validate(MigrationFlag.Comparison rules) {
		List<String> messages = new ArrayList<>();
		check("ignore", rules.ignore(), messages);
		check("unordered", rules.unordered(), messages);
		check("show-keys", rules.showKeys(), messages);
		new TreeSet<>(rules.tolerance().keySet()).forEach((key) -> {
			attempt("tolerance", () -> PathPattern.parseKey(key), messages);
			double amount = rules.tolerance().getOrDefault(key, 0.0);
			if (!(amount >= 0) || Double.isInfinite(amount)) {
				messages.add("comparison.tolerance: " + amount + " for '" + key
						+ "' is not a tolerance. Write an absolute amount of 0 or more, such as 0.005");
			}
		});
		if (rules.maxNodes() < 1) {
			messages.add("comparison.max-nodes: " + rules.maxNodes()
					+ " is too few. Write 1 or more, or comparison.enabled=false to compare nothing");
		}
		return messages;
	}

	private static void check(String property, Collection<String> paths, List<String> messages) {
		new TreeSet<>(paths).forEach((path) -> attempt(property, () -> PathPattern.parse(path), messages));
	}

	private static void attempt(String property, Runnable parse, List<String> messages) {
		try {
			parse.run();
		}
		catch (IllegalArgumentException ex) {
			messages.add("comparison." + property + ": " + ex.getMessage());
		}
	}

	/**
	 * Adds the places of a pattern; the end of a pattern is a place without a segment.
	 * @return the end
	 */
	private int add(PathPattern pattern) {
		this.starts.set(this.places.size());
		this.places.addAll(pattern.segments());
		this.places.add(END);
		return this.places.size() - 1;
	}

	boolean hasTolerances() {
		return !this.tolerances.isEmpty();
	}

	/**
	 * The state of the result itself.
	 */
	PathState root() {
		return state((BitSet) this.starts.clone());
	}

	PathState state(BitSet reached) {
		// Any depth may be none
		for (int i = reached.nextSetBit(0); i >= 0; i = reached.nextSetBit(i + 1)) {
			if (this.places.get(i).form() == Segment.Form.ANY_DEPTH) {
				reached.set(i + 1);
			}
		}
		return this.states.computeIfAbsent(reached, (places) -> new PathState(this, places));
	}

	/**
	 * The places that are reached by one more step.
	 * @param reached the places so far
	 * @param name the name of the step, or {@code null}
	 * @param key the key of the step, or {@code null}; with neither, a key or a name that
	 * stands in no pattern
	 */
	BitSet step(BitSet reached, boolean named, @Nullable String text) {
		BitSet next = new BitSet();
		for (int i = reached.nextSetBit(0); i >= 0; i = reached.nextSetBit(i + 1)) {
			Segment segment = this.places.get(i);
			if (segment == END) {
				continue;
			}
			boolean passes = switch (segment.form()) {
				case NAME -> named && segment.text().equals(text);
				case ANY_NAME -> named;
				case KEY -> !named && segment.text().equals(text);
				case ANY_KEY -> !named;
				case ANY_DEPTH -> false;
			};
			if (passes) {
				next.set(i + 1);
			}
			if (segment.form() == Segment.Form.ANY_DEPTH) {
				next.set(i);
			}
		}
		return next;
	}

	Set<String> texts(BitSet reached, Segment.Form form) {
		Set<String> texts = new TreeSet<>();
		reached.stream()
			.mapToObj(this.places::get)
			.filter((segment) -> segment != END && segment.form() == form)
			.forEach((segment) -> texts.add(segment.text()));
		return texts;
	}

	boolean isIgnored(BitSet reached) {
		return reached.intersects(this.ignored);
	}

	boolean isUnordered(BitSet reached) {
		return reached.intersects(this.unordered);
	}

	boolean isShowKeys(BitSet reached) {
		return reached.intersects(this.showKeys);
	}

	@Nullable BigDecimal tolerance(BitSet reached) {
		return this.tolerances.stream()
			.filter((tolerance) -> reached.get(tolerance.end))
			.map(Tolerance::amount)
			.max(BigDecimal::compareTo)
			.orElse(null);
	}

	private static final Segment END = new Segment(Segment.Form.NAME, "");

	private record Tolerance(int end, BigDecimal amount) {
	}

}
