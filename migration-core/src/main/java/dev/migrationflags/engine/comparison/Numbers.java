package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;
import java.math.BigInteger;

import dev.migrationflags.Difference.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Compares numbers by value, whatever their width.
 */
final class Numbers {

	/**
	 * Beyond, the difference of two decimals could take all memory.
	 */
	private static final int MAX_SCALE = 5_000;

	private Numbers() {
	}

	/**
	 * In what way two numbers differ.
	 * @return the kind, or {@code null} if they do not
	 */
	static @Nullable Kind difference(Number oldValue, Form oldForm, Number newValue, Form newForm,
			@Nullable BigDecimal tolerance) {
		if (oldForm != newForm && (oldForm == Form.INTEGRAL || newForm == Form.INTEGRAL || tolerance == null)) {
			return Kind.TYPE;
		}
		if (oldForm == newForm && (oldValue.equals(newValue) || isSame(oldValue, newValue, oldForm))) {
			return null;
		}
		return (tolerance != null && isWithin(tolerance, decimal(oldValue), decimal(newValue))) ? null : Kind.VALUE;
	}

	private static boolean isSame(Number oldValue, Number newValue, Form form) {
		return switch (form) {
			case INTEGRAL -> canonicalIntegral(oldValue).equals(canonicalIntegral(newValue));
			case FLOATING -> canonicalFloating(oldValue).equals(canonicalFloating(newValue));
			default -> ((BigDecimal) oldValue).compareTo((BigDecimal) newValue) == 0;
		};
	}

	private static boolean isWithin(BigDecimal tolerance, @Nullable BigDecimal oldValue,
			@Nullable BigDecimal newValue) {
		if (oldValue == null || newValue == null) {
			return false;
		}
		if (oldValue.compareTo(newValue) == 0) {
			return true;
		}
		return Math.abs((long) oldValue.scale()) <= MAX_SCALE && Math.abs((long) newValue.scale()) <= MAX_SCALE
				&& oldValue.subtract(newValue).abs().compareTo(tolerance) <= 0;
	}

	/**
	 * The number as it is written, so that 10.005 is within 0.005 of 10.
	 * @return the number, or {@code null} if it is not finite
	 */
	private static @Nullable BigDecimal decimal(Number number) {
		if (number instanceof BigDecimal decimal) {
			return decimal;
		}
		if (number instanceof Float) {
			return Float.isFinite(number.floatValue()) ? new BigDecimal(number.toString()) : null;
		}
		if (Type.of(number).form == Form.FLOATING) {
			return Double.isFinite(number.doubleValue()) ? BigDecimal.valueOf(number.doubleValue()) : null;
		}
		return (number instanceof BigInteger integer) ? new BigDecimal(integer)
				: BigDecimal.valueOf(number.longValue());
	}

	/**
	 * A Long, or a BigInteger beyond.
	 */
	static Number canonicalIntegral(Number number) {
		if (number instanceof BigInteger integer) {
			return (integer.bitLength() < Long.SIZE) ? (Number) integer.longValue() : integer;
		}
		return (number instanceof Long) ? number : (Number) number.longValue();
	}

	/**
	 * A Double, with one zero and one NaN.
	 */
	static Double canonicalFloating(Number number) {
		double value = number.doubleValue();
		return (value == 0.0) ? 0.0 : value;
	}

}
