package dev.migrationflags.engine.mark;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.UUID;
import java.util.function.Function;

import dev.migrationflags.KeyCodec;
import org.jspecify.annotations.Nullable;

/**
 * Writes keys of well-known types, and those that have a codec. Equal keys have the same
 * text: a number is written without its type, and an integral one may come as any
 * integral type that holds it.
 */
public final class KeyTexts {

	private static final int MAX_DIGITS = KeyText.MAX_LENGTH;

	private KeyTexts() {
	}

	/**
	 * Keys of a well-known type.
	 * @param type the type of the keys of a store
	 * @return how they are written, or {@code null} if that needs a codec
	 */
	public static @Nullable KeyText of(Class<?> type) {
		if (type == String.class) {
			return new Typed(type, (key) -> (key instanceof CharSequence text) ? text.toString() : null,
					(text) -> text);
		}
		if (type == UUID.class) {
			return new Typed(type, (key) -> (key instanceof UUID) ? key.toString() : null, UUID::fromString);
		}
		if (type.isEnum()) {
			return new Typed(type, (key) -> type.isInstance(key) ? ((Enum<?>) key).name() : null,
					(text) -> constant(type, text));
		}
		return number(type);
	}

	/**
	 * Keys with a codec.
	 * @param <K> the type of the keys
	 * @param type the type of the keys of a store
	 * @param codec writes and reads them
	 * @return how they are written
	 */
	@SuppressWarnings("unchecked")
	public static <K> KeyText of(Class<?> type, KeyCodec<K> codec) {
		return new Typed(type, (key) -> type.isInstance(key) ? codec.encode((K) key) : null, codec::decode);
	}

	private static @Nullable KeyText number(Class<?> type) {
		Function<BigInteger, Object> read = integral(type);
		if (read != null) {
			// through its type: what is out of range is no key of this store
			return new Typed(type, (key) -> {
				BigInteger value = integer(key);
				return (value != null) ? read.apply(value).toString() : null;
			}, (text) -> read.apply(new BigInteger(text)));
		}
		if (type == BigDecimal.class) {
			return new Typed(type, (key) -> {
				BigDecimal value = decimal(key);
				return (value != null) ? value.stripTrailingZeros().toString() : null;
			}, BigDecimal::new);
		}
		if (type == Double.class) {
			// both zeros are one key
			return new Typed(type, (key) -> (key instanceof Double value) ? Double.toString(value + 0.0) : null,
					Double::valueOf);
		}
		if (type == Float.class) {
			return new Typed(type, (key) -> (key instanceof Float value) ? Float.toString(value + 0.0f) : null,
					Float::valueOf);
		}
		return null;
	}

	private static @Nullable Function<BigInteger, Object> integral(Class<?> type) {
		if (type == Long.class) {
			return BigInteger::longValueExact;
		}
		if (type == Integer.class) {
			return BigInteger::intValueExact;
		}
		if (type == Short.class) {
			return BigInteger::shortValueExact;
		}
		if (type == Byte.class) {
			return BigInteger::byteValueExact;
		}
		return (type == BigInteger.class) ? (value) -> value : null;
	}

	private static @Nullable BigInteger integer(Object key) {
		if (key instanceof Long || key instanceof Integer || key instanceof Short || key instanceof Byte) {
			return BigInteger.valueOf(((Number) key).longValue());
		}
		if (key instanceof BigInteger value) {
			return value;
		}
		return (key instanceof BigDecimal value) ? integer(value.stripTrailingZeros()) : null;
	}

	/**
	 * The digits are looked at first: 1E+1000000000 would have many.
	 */
	private static @Nullable BigInteger integer(BigDecimal stripped) {
		boolean integral = stripped.scale() <= 0 && (long) stripped.precision() - stripped.scale() <= MAX_DIGITS;
		return integral ? stripped.toBigIntegerExact() : null;
	}

	private static @Nullable BigDecimal decimal(Object key) {
		if (key instanceof BigDecimal value) {
			return value;
		}
		if (key instanceof Double || key instanceof Float) {
			return new BigDecimal(key.toString());
		}
		BigInteger value = integer(key);
		return (value != null) ? new BigDecimal(value) : null;
	}

	private static Object constant(Class<?> type, String name) {
		for (Object constant : type.getEnumConstants()) {
			if (((Enum<?>) constant).name().equals(name)) {
				return constant;
			}
		}
		throw new IllegalArgumentException("%s has no such constant".formatted(type.getName()));
	}

	/**
	 * Keys of one type. Its messages do not tell the key, which is the user's data.
	 *
	 * @param type the type
	 * @param write gives the text, or {@code null} for what is no key of this type
	 * @param read gives the key
	 */
	private record Typed(Class<?> type, Function<Object, @Nullable String> write,
			Function<String, Object> read) implements KeyText {

		@Override
		public String encode(Object key) {
			String text;
			try {
				text = this.write.apply(key);
			}
			catch (RuntimeException ex) {
				throw new IllegalArgumentException(
						"A key of type %s cannot be written as a %s".formatted(key.getClass().getName(), name()), ex);
			}
			if (text == null) {
				throw new IllegalArgumentException("A key is a %s, and the stores have keys of type %s"
					.formatted(key.getClass().getName(), name()));
			}
			check(text);
			return text;
		}

		@Override
		public Object decode(String text) {
			try {
				return this.read.apply(text);
			}
			catch (RuntimeException ex) {
				throw new IllegalArgumentException("A text is no key of type %s".formatted(name()), ex);
			}
		}

		private String name() {
			return this.type.getSimpleName();
		}

		/**
		 * A text that a database would refuse, or give back as another one, is none.
		 */
		private static void check(String text) {
			if (text.length() > MAX_LENGTH) {
				throw new IllegalArgumentException(
						"The text of a key has %d characters, %d are allowed".formatted(text.length(), MAX_LENGTH));
			}
			if (text.indexOf(0) >= 0 || text.codePoints().anyMatch(Typed::isHalf)) {
				throw new IllegalArgumentException(
						"The text of a key cannot be stored: it has a NUL or half a character");
			}
		}

		private static boolean isHalf(int codePoint) {
			return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
		}

		@Override
		public String toString() {
			return name();
		}

	}

}
