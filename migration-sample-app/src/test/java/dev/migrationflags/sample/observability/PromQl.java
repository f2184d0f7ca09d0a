package dev.migrationflags.sample.observability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a query in PromQL takes for granted: metrics, their labels and their values. Reads
 * tokens, not grammar: whether a query is well-formed is for {@code promtool} to say.
 */
final class PromQl {

	private static final Pattern TOKEN = Pattern.compile("""
			\\s+|\\#[^\\n]*\
			|(?<string>"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'|`[^`]*`)\
			|(?<skip>\\$\\w+|\\d[\\w.]*)\
			|(?<word>[a-zA-Z_:][\\w:]*)\
			|(?<sign>=~|!~|!=|==|>=|<=|[-=<>+*/%^(){}\\[\\],@])""");

	private static final Set<String> AGGREGATED = Set.of("by", "without");

	private static final Set<String> MATCHED = Set.of("on", "ignoring", "group_left", "group_right");

	private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "atan2", "inf", "nan");

	private final List<String> tokens;

	private final List<Metric> metrics = new ArrayList<>();

	private final List<Grouping> groupings = new ArrayList<>();

	private int next;

	private PromQl(List<String> tokens) {
		this.tokens = tokens;
	}

	/**
	 * Reads a query, which may have variables of Grafana in it.
	 */
	static PromQl parse(String query) {
		PromQl parsed = new PromQl(tokens(query));
		try {
			parsed.read();
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("Not understood: " + query, ex);
		}
		return parsed;
	}

	private static List<String> tokens(String query) {
		List<String> tokens = new ArrayList<>();
		Matcher matcher = TOKEN.matcher(query);
		int end = 0;
		while (matcher.find() && matcher.start() == end) {
			end = matcher.end();
			if (matcher.group("string") != null || matcher.group("word") != null || matcher.group("sign") != null) {
				tokens.add(matcher.group());
			}
		}
		if (end != query.length()) {
			throw new IllegalArgumentException("Not understood from character %d on: %s".formatted(end, query));
		}
		return tokens;
	}

	/**
	 * The metrics, as often as they are used.
	 */
	List<Metric> metrics() {
		return this.metrics;
	}

	/**
	 * The lists of labels.
	 */
	List<Grouping> groupings() {
		return this.groupings;
	}

	private void read() {
		// the metrics within each parenthesis that is open
		Deque<List<Metric>> open = new ArrayDeque<>();
		List<Metric> closed = List.of();
		Set<String> labels = null;
		while (this.next < this.tokens.size()) {
			String token = this.tokens.get(this.next++);
			if (token.equals("(")) {
				List<Metric> within = new ArrayList<>();
				open.push(within);
				if (labels != null) {
					this.groupings.add(new Grouping(labels, within));
					labels = null;
				}
			}
			else if (token.equals(")")) {
				closed = open.pop();
			}
			else if (AGGREGATED.contains(token)) {
				labels = labels();
				if (!peek("(")) {
					// behind what it groups
					this.groupings.add(new Grouping(labels, closed));
					labels = null;
				}
			}
			else if (MATCHED.contains(token)) {
				if (peek("(")) {
					this.groupings.add(new Grouping(labels(), this.metrics));
				}
			}
			else if (token.equals("{")) {
				throw new IllegalArgumentException("a selector without the name of a metric");
			}
			else if (isMetric(token)) {
				Metric metric = new Metric(token, peek("{") ? conditions() : List.of());
				this.metrics.add(metric);
				open.forEach((within) -> within.add(metric));
			}
		}
	}

	private boolean isMetric(String token) {
		return Character.isLetter(token.charAt(0)) && !WORDS.contains(token) && !peek("(")
				&& !(this.next < this.tokens.size() && AGGREGATED.contains(this.tokens.get(this.next)));
	}

	private boolean peek(String token) {
		return this.next < this.tokens.size() && this.tokens.get(this.next).equals(token);
	}

	private Set<String> labels() {
		Set<String> labels = new TreeSet<>();
		this.next++;
		for (String token = take(); !token.equals(")"); token = take()) {
			if (!token.equals(",")) {
				labels.add(token);
			}
		}
		return labels;
	}

	private List<Condition> conditions() {
		List<Condition> conditions = new ArrayList<>();
		this.next++;
		for (String label = take(); !label.equals("}"); label = take()) {
			if (!label.equals(",")) {
				String operator = take();
				String value = take();
				conditions.add(new Condition(label, operator, value.substring(1, value.length() - 1)));
			}
		}
		return conditions;
	}

	private String take() {
		return this.tokens.get(this.next++);
	}

	/**
	 * A metric and what it is asked for.
	 */
	record Metric(String name, List<Condition> conditions) {
	}

	/**
	 * What a label has to be, or must not be.
	 */
	record Condition(String label, String operator, String value) {

		/**
		 * The values that are spelt out; none if it is a variable or a pattern.
		 */
		List<String> values() {
			boolean pattern = this.operator.endsWith("~");
			return this.value.matches("[\\w-]+" + (pattern ? "(\\|[\\w-]+)*" : "")) ? List.of(this.value.split("\\|"))
					: List.of();
		}

	}

	/**
	 * Labels by which metrics are brought together.
	 */
	record Grouping(Set<String> labels, List<Metric> metrics) {
	}

}
