package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * Keys of maps: when they are equal, and as text.
 */
final class MapKeys {

	private static final int MAX_LENGTH = 200;

	private MapKeys() {
	}

	/**
	 * A form of the key that equals that of every key of the same value: numbers of any
	 * width, characters of any class.
	 */
	static @Nullable Object canonical(@Nullable Object key) {
		if (key == null || key instanceof String || key instanceof Enum<?>) {
			return key;
		}
		return switch (Type.of(key).form) {
			case TEXT -> key.toString();
			case INTEGRAL -> Numbers.canonicalIntegral((Number) key);
			case FLOATING -> Numbers.canonicalFloating((Number) key);
			case DECIMAL -> ((BigDecimal) key).stripTrailingZeros();
			default -> key;
		};
	}

	/**
	 * The key as rules and reports name it.
	 * @return the text, or {@code null} for a key of a class of the user
	 */
	static @Nullable String text(@Nullable Object key) {
		if (key instanceof Enum<?> constant) {
			return constant.name();
		}
		if (key instanceof CharSequence || key instanceof Boolean || key instanceof Character
				|| Type.of(key).form.isNumber() || (key != null && Leaves.isImmutable(key.getClass()))) {
			String text = String.valueOf(key);
			return (text.length() <= MAX_LENGTH) ? text : text.substring(0, MAX_LENGTH);
		}
		return null;
	}

	/**
	 * The key in a path, hidden unless it is an enum constant or may be shown.
	 */
	static String shown(@Nullable Object key, boolean show) {
		String text = (show || key instanceof Enum<?>) ? text(key) : null;
		return (text != null) ? text : "key";
	}

}
