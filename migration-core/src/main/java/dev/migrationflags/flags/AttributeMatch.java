package dev.migrationflags.flags;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.migrationflags.MigrationContext;
import org.jspecify.annotations.Nullable;

/**
 * Whether an attribute of a context has one of the values that a cohort asks for. Values
 * are compared as text, numbers by value too; of a collection one element is enough.
 */
final class AttributeMatch {

	private static final String KEY = "key";

	private final String attribute;

	private final Set<String> values = new HashSet<>();

	/**
	 * What YAML may have read as a boolean, in lower case: {@code region: [NO]} arrives
	 * as {@code false}.
	 */
	private final Set<String> words = new HashSet<>();

	AttributeMatch(String attribute, List<Object> values) {
		this.attribute = attribute;
		for (Object value : values) {
			this.values.add(String.valueOf(value));
			if (value instanceof Number number) {
				this.values.add(canonical(number));
			}
			else if (value instanceof Boolean bool) {
				this.words.addAll(bool ? Set.of("true", "yes", "on") : Set.of("false", "no", "off"));
			}
		}
	}

	boolean matches(MigrationContext context, boolean ownKind) {
		if (KEY.equals(this.attribute)) {
			return ownKind && hasValue(context.key());
		}
		Object actual = context.attributes().get(this.attribute);
		if (actual instanceof Collection<?> elements) {
			for (Object element : elements) {
				if (hasValue(element)) {
					return true;
				}
			}
			return false;
		}
		if (actual instanceof Object[] elements) {
			return hasOne(elements);
		}
		return hasValue(actual);
	}

	private boolean hasOne(Object[] elements) {
		for (Object element : elements) {
			if (hasValue(element)) {
				return true;
			}
		}
		return false;
	}

	private boolean hasValue(@Nullable Object actual) {
		if (actual == null) {
			return false;
		}
		String text = actual.toString();
		if (this.values.contains(text)
				|| (actual instanceof Number number && this.values.contains(canonical(number)))) {
			return true;
		}
		return !this.words.isEmpty() && this.words.contains(text.toLowerCase(Locale.ROOT));
	}

	/**
	 * One text per number, whatever its type: 1 and 1.0 are equal. Never the plain
	 * notation, which can be a gigabyte.
	 */
	private static String canonical(Number number) {
		try {
			return new BigDecimal(number.toString()).stripTrailingZeros().toString();
		}
		catch (NumberFormatException ex) {
			return number.toString();
		}
	}

}
