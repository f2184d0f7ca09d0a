package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import dev.migrationflags.Difference.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.migrationflags.engine.comparison.Comparisons.assertDiffers;
import static dev.migrationflags.engine.comparison.Comparisons.assertMatch;
import static dev.migrationflags.engine.comparison.Comparisons.at;
import static dev.migrationflags.engine.comparison.Comparisons.plain;
import static dev.migrationflags.engine.comparison.Comparisons.with;
import static org.assertj.core.api.Assertions.assertThat;

class NumberTests {

	private static final List<Number> ONES = List.of((byte) 1, (short) 1, 1, 1L, BigInteger.ONE, new AtomicInteger(1),
			new AtomicLong(1), adder());

	private static LongAdder adder() {
		LongAdder adder = new LongAdder();
		adder.increment();
		return adder;
	}

	@Test
	void wholeNumbersCompareByValueWhateverTheirWidth() {
		for (Number one : ONES) {
			for (Number other : ONES) {
				assertMatch(plain(), one, other);
			}
			assertDiffers(plain(), one, 2, at("", Kind.VALUE));
			assertDiffers(plain(), one, BigInteger.TWO.pow(64).add(BigInteger.ONE), at("", Kind.VALUE));
		}
	}

	static Stream<Arguments> same() {
		DoubleAdder adder = new DoubleAdder();
		adder.add(0.5);
		return Stream.of(Arguments.of(0.5f, 0.5), Arguments.of(Double.NaN, Float.NaN), Arguments.of(0.0, -0.0),
				Arguments.of(0.0f, -0.0), Arguments.of(Double.POSITIVE_INFINITY, Float.POSITIVE_INFINITY),
				Arguments.of(adder, 0.5), Arguments.of(new BigDecimal("1.0"), new BigDecimal("1.00")),
				Arguments.of(new BigDecimal("1E+2"), new BigDecimal("100")),
				Arguments.of(Long.MAX_VALUE, BigInteger.valueOf(Long.MAX_VALUE)));
	}

	@ParameterizedTest
	@MethodSource("same")
	void sameValue(Number oldValue, Number newValue) {
		assertMatch(plain(), oldValue, newValue);
		assertMatch(plain(), newValue, oldValue);
	}

	@Test
	void wholeAgainstDecimalDiffersInType() {
		for (Number decimal : List.of(1.0, 1.0f, BigDecimal.ONE)) {
			assertDiffers(plain(), 1, decimal, at("", Kind.TYPE));
			assertDiffers(with((flag) -> flag.comparisonTolerance("**", 1)), decimal, 1L, at("", Kind.TYPE));
		}
	}

	@Test
	void doubleAgainstBigDecimalDiffersInTypeUnlessATolerancePermits() {
		ValueComparison tolerant = with((flag) -> flag.comparisonTolerance("**", 0.01));
		assertDiffers(plain(), 1.5, new BigDecimal("1.5"), at("", Kind.TYPE));
		assertMatch(tolerant, 1.5, new BigDecimal("1.5"));
		assertMatch(tolerant, new BigDecimal("1.51"), 1.5f);
		assertDiffers(tolerant, 1.5, new BigDecimal("1.511"), at("", Kind.VALUE));
	}

	@Test
	void toleranceIsAbsoluteAndInclusive() {
		ValueComparison tolerant = with((flag) -> flag.comparisonTolerance("**", 0.005));
		assertMatch(tolerant, new BigDecimal("10"), new BigDecimal("10.005"));
		assertMatch(tolerant, 10.0, 10.005);
		assertMatch(tolerant, 10.005f, 10f);
		assertDiffers(tolerant, 10.0, 10.0051, at("", Kind.VALUE));
		assertDiffers(tolerant, new BigDecimal("-0.003"), new BigDecimal("0.003"), at("", Kind.VALUE));
	}

	@Test
	void toleranceHoldsForWholeNumbers() {
		ValueComparison tolerant = with((flag) -> flag.comparisonTolerance("**", 2));
		assertMatch(tolerant, 5, 7L);
		assertMatch(tolerant, BigInteger.valueOf(5), 3);
		assertDiffers(tolerant, 5, 8, at("", Kind.VALUE));
		assertDiffers(tolerant, Long.MIN_VALUE, Long.MAX_VALUE, at("", Kind.VALUE));
	}

	@Test
	void noToleranceReachesWhatIsNotFinite() {
		ValueComparison tolerant = with((flag) -> flag.comparisonTolerance("**", 1));
		assertMatch(tolerant, Double.NaN, Double.NaN);
		assertDiffers(tolerant, Double.NaN, 1.0, at("", Kind.VALUE));
		assertDiffers(tolerant, Double.POSITIVE_INFINITY, Double.MAX_VALUE, at("", Kind.VALUE));
		assertDiffers(tolerant, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, at("", Kind.VALUE));
	}

	@Test
	void hugeScalesDoNotTakeAllMemory() {
		ValueComparison tolerant = with((flag) -> flag.comparisonTolerance("**", 1));
		BigDecimal huge = new BigDecimal("1E+1000000000");
		assertDiffers(tolerant, huge, BigDecimal.ONE, at("", Kind.VALUE));
		assertMatch(tolerant, huge, new BigDecimal("1.0E+1000000000"));
	}

	@Test
	void aNumberOfTheUserIsAnObject() {
		Verdict verdict = plain().compare(new Roman(4), new Roman(5));
		assertThat(verdict.differences()).containsExactly(at("value", Kind.VALUE));
	}

	private static final class Roman extends Number {

		private final int value;

		Roman(int value) {
			this.value = value;
		}

		@Override
		public int intValue() {
			return this.value;
		}

		@Override
		public long longValue() {
			return this.value;
		}

		@Override
		public float floatValue() {
			return this.value;
		}

		@Override
		public double doubleValue() {
			return this.value;
		}

	}

}
