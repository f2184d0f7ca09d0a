package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;

import dev.migrationflags.Difference.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Values that are compared as a whole.
 */
final class Leaves {

	private static final int MAX_LENGTH = 200;

	private static final Set<Class<?>> IMMUTABLE = Set.of(String.class, Boolean.class, Character.class, Byte.class,
			Short.class, Integer.class, Long.class, Float.class, Double.class, BigInteger.class, BigDecimal.class,
			UUID.class, URI.class, URL.class, Currency.class, Locale.class, Class.class);

	private Leaves() {
	}

	/**
	 * Whether values of this very type cannot change.
	 */
	static boolean isImmutable(Class<?> type) {
		return type.isPrimitive() || type.isEnum() || IMMUTABLE.contains(type)
				|| (type.getName().startsWith("java.time.") && !type.isInterface());
	}

	/**
	 * In what way two values differ that their own equals compares.
	 * @return the kind, or {@code null} if they do not
	 */
	static @Nullable Kind difference(Object oldValue, Object newValue) {
		if (oldValue == newValue) {
			return null;
		}
		if (oldValue instanceof URL oldUrl && newValue instanceof URL newUrl) {
			// Its equals asks the name service
			return oldUrl.toExternalForm().equals(newUrl.toExternalForm()) ? null : Kind.VALUE;
		}
		if (typeOf(oldValue) == typeOf(newValue)) {
			return oldValue.equals(newValue) ? null : Kind.VALUE;
		}
		return (oldValue.equals(newValue) && newValue.equals(oldValue)) ? null : Kind.TYPE;
	}

	private static Class<?> typeOf(Object value) {
		return (value instanceof Enum<?> constant) ? constant.getDeclaringClass() : value.getClass();
	}

	/**
	 * A copy of what could change.
	 */
	static Object freeze(Object value) {
		if (value instanceof Date date) {
			return date.clone();
		}
		if (value instanceof Calendar calendar) {
			return calendar.clone();
		}
		if (value instanceof TimeZone zone) {
			return zone.clone();
		}
		if (value instanceof BitSet bits) {
			return bits.clone();
		}
		if (value instanceof ByteBuffer buffer) {
			return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
		}
		return value;
	}

	/**
	 * A value for a report: only if it is one leaf, and not more than a line.
	 */
	static @Nullable Object reported(@Nullable Object value) {
		Form form = Type.of(value).form;
		if (value == null || value instanceof Node) {
			return null;
		}
		if (form == Form.TEXT || form == Form.DECIMAL || value instanceof BigInteger) {
			String text = value.toString();
			return (text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) : (form == Form.TEXT) ? text : value;
		}
		if (form.isNumber()) {
			return isImmutable(value.getClass()) ? value : Numbers.canonicalIntegral((Number) value);
		}
		if (value instanceof Date) {
			return freeze(value);
		}
		return (value instanceof Enum<?> || isImmutable(value.getClass())) ? value : null;
	}

}
