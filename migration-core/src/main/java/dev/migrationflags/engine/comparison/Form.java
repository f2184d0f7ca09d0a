package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * What a value is to a comparison.
 */
enum Form {

	/** Null. */
	NULL,
	/** Lazy and not loaded, or ignored when it was captured. */
	ABSENT,
	/** Characters, compared by content. */
	TEXT,
	/** A whole number. */
	INTEGRAL,
	/** A float or a double. */
	FLOATING,
	/** A BigDecimal. */
	DECIMAL,
	/** What its own equals compares. */
	LEAF,
	/** A byte array, compared by content. */
	BYTES,
	/** An array of anything else. */
	ARRAY,
	/** A list or another collection with an order. */
	LIST,
	/** A collection without an order. */
	SET,
	/** A map. */
	MAP,
	/** An Optional or a holder: its content stands for it. */
	HOLDER,
	/** An object, compared field by field. */
	OBJECT;

	/**
	 * The form of values of a type, as far as the JDK defines it.
	 * @return the form, or {@code null} if the type is none of the JDK's
	 */
	static @Nullable Form ofJdk(Class<?> type) {
		if (type.isArray()) {
			return (type == byte[].class) ? BYTES : ARRAY;
		}
		if (Enum.class.isAssignableFrom(type)) {
			return LEAF;
		}
		if (CharSequence.class.isAssignableFrom(type)) {
			return TEXT;
		}
		if (Number.class.isAssignableFrom(type)) {
			return ofNumber(type);
		}
		if (Map.class.isAssignableFrom(type)) {
			return MAP;
		}
		if (Collection.class.isAssignableFrom(type)) {
			return Set.class.isAssignableFrom(type) ? SET : LIST;
		}
		if (isAny(type, Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class,
				AtomicReference.class, AtomicBoolean.class)) {
			return HOLDER;
		}
		return null;
	}

	private static @Nullable Form ofNumber(Class<?> type) {
		if (BigDecimal.class.isAssignableFrom(type)) {
			return DECIMAL;
		}
		if (isAny(type, Float.class, Double.class, DoubleAdder.class, DoubleAccumulator.class)) {
			return FLOATING;
		}
		return isAny(type, Byte.class, Short.class, Integer.class, Long.class, BigInteger.class, AtomicInteger.class,
				AtomicLong.class, LongAdder.class, LongAccumulator.class) ? INTEGRAL : null;
	}

	private static boolean isAny(Class<?> type, Class<?>... supertypes) {
		for (Class<?> supertype : supertypes) {
			if (supertype.isAssignableFrom(type)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The content of a holder.
	 */
	static @Nullable Object content(@Nullable Object holder) {
		if (holder instanceof Optional<?> optional) {
			return optional.orElse(null);
		}
		if (holder instanceof OptionalInt optional) {
			return optional.isPresent() ? optional.getAsInt() : null;
		}
		if (holder instanceof OptionalLong optional) {
			return optional.isPresent() ? optional.getAsLong() : null;
		}
		if (holder instanceof OptionalDouble optional) {
			return optional.isPresent() ? optional.getAsDouble() : null;
		}
		if (holder instanceof AtomicReference<?> reference) {
			return reference.get();
		}
		if (holder instanceof AtomicBoolean flag) {
			return flag.get();
		}
		return holder;
	}

	boolean isNumber() {
		return this == INTEGRAL || this == FLOATING || this == DECIMAL;
	}

}
