package dev.migrationflags.engine.comparison;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern for paths, such as {@code lines[*].price}: names separated by dots,
 * {@code [2]} or {@code [EUR]} for an element or a map entry, {@code [*]} for any of
 * them, {@code *} for any name and {@code **} for any depth, none included. An empty path
 * is the result itself.
 *
 * @param segments its parts
 */
record PathPattern(List<Segment> segments) {

	PathPattern {
		segments = List.copyOf(segments);
	}

	/**
	 * Understands a path.
	 * @throws IllegalArgumentException if it cannot be understood
	 */
	static PathPattern parse(String path) {
		return new PathPattern(new Parser(path).parse());
	}

	/**
	 * Understands a key of {@code comparison.tolerance}, with or without the brackets
	 * that Spring wants around a map key with dots. {@code [2]} and {@code [*]} are
	 * elements of the result itself; {@code [EUR]} may be an entry or a property.
	 * @throws IllegalArgumentException if it cannot be understood
	 */
	static List<PathPattern> parseKey(String key) {
		String inner = withoutOuterBrackets(key.strip());
		if (inner.equals(key.strip()) || inner.equals("*") || isNumber(inner)) {
			return List.of(parse(key));
		}
		if (inner.indexOf('.') >= 0 || inner.indexOf('[') >= 0 || inner.indexOf('*') >= 0) {
			return List.of(parse(inner));
		}
		return List.of(parse(key), parse(inner));
	}

	private static String withoutOuterBrackets(String key) {
		if (!key.startsWith("[")) {
			return key;
		}
		int open = 0;
		for (int i = 0; i < key.length(); i++) {
			char character = key.charAt(i);
			open += (character == '[') ? 1 : (character == ']') ? -1 : 0;
			if (open == 0) {
				return (i == key.length() - 1) ? key.substring(1, i) : key;
			}
		}
		return key;
	}

	private static boolean isNumber(String text) {
		return !text.isEmpty() && text.chars().allMatch((character) -> character >= '0' && character <= '9');
	}

	/**
	 * One part of a pattern.
	 *
	 * @param form what it is
	 * @param text the name, or what stands between the brackets
	 */
	record Segment(Form form, String text) {

		enum Form {

			NAME, ANY_NAME, KEY, ANY_KEY, ANY_DEPTH

		}

	}

	private static final class Parser {

		private final String whole;

		private final String path;

		private final List<Segment> segments = new ArrayList<>();

		private int position;

		Parser(String path) {
			this.whole = path;
			this.path = path.strip();
		}

		List<Segment> parse() {
			if (this.path.isEmpty() && !this.whole.isEmpty()) {
				throw wrong("it is blank; write \"\" for the result itself");
			}
			while (this.position < this.path.length()) {
				if (this.path.charAt(this.position) == '[') {
					brackets();
				}
				else {
					name();
				}
			}
			return this.segments;
		}

		private void brackets() {
			int end = this.path.indexOf(']', this.position);
			if (end < 0) {
				throw wrong("']' is missing");
			}
			String text = this.path.substring(this.position + 1, end);
			if (text.isEmpty()) {
				throw wrong("nothing stands between '[' and ']'; write [*] for any element");
			}
			if (text.indexOf('[') >= 0) {
				throw wrong("'[' stands between '[' and ']'");
			}
			this.segments
				.add(text.equals("*") ? new Segment(Segment.Form.ANY_KEY, text) : new Segment(Segment.Form.KEY, text));
			this.position = end + 1;
		}

		private void name() {
			if (!this.segments.isEmpty()) {
				if (this.path.charAt(this.position) != '.') {
					throw wrong("'.' is missing after ']'");
				}
				this.position++;
			}
			int start = this.position;
			while (this.position < this.path.length() && ".[".indexOf(this.path.charAt(this.position)) < 0) {
				this.position++;
			}
			this.segments.add(segment(this.path.substring(start, this.position)));
		}

		private Segment segment(String name) {
			if (name.isEmpty()) {
				throw wrong("a name is missing at a '.'");
			}
			if (name.equals("**")) {
				return new Segment(Segment.Form.ANY_DEPTH, name);
			}
			if (name.equals("*")) {
				return new Segment(Segment.Form.ANY_NAME, name);
			}
			if (!name.chars().allMatch(Character::isJavaIdentifierPart)) {
				throw wrong("'" + name + "' is not a name; '*' and '**' stand alone");
			}
			return new Segment(Segment.Form.NAME, name);
		}

		private IllegalArgumentException wrong(String what) {
			return new IllegalArgumentException("path '" + this.path + "' cannot be understood: " + what
					+ ". Write it as in 'updatedAt', 'lines[*].price', 'totals[EUR]' or '**.etag'");
		}

	}

}
