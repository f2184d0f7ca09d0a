package dev.migrationflags.engine.readiness;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Share}.
 */
class ShareTests {

	// found by bisection of (p - x)² = z² x (1 - x) / n
	@ParameterizedTest
	@CsvSource({ "0, 0, 0", "0, 10, 0", "1, 1, 0.26987", "10, 10, 0.78706", "100, 100, 0.97366", "1000, 1000, 0.99730",
			"2703, 2703, 0.99900", "50, 100, 0.41885", "95, 100, 0.90084", "1194, 1204, 0.98616" })
	void provenShareIsTheLowerEndOfTheScoreInterval(long part, long all, double expected) {
		assertThat(new Share(part, all).proven()).isCloseTo(expected, within(0.00001));
	}

	@Property
	void provenShareSolvesItsEquation(@ForAll @IntRange(min = 1, max = 100_000) int all,
			@ForAll @IntRange(min = 1, max = 100_000) int some) {
		Share share = new Share(Math.min(some, all), all);
		double proven = share.proven();
		double distance = share.value() - proven;
		double z = 1.6448536269514722;
		assertThat(distance * distance).isCloseTo(z * z * proven * (1 - proven) / all, within(1e-9));
		assertThat(proven).isBetween(0.0, share.value());
	}

	@Property
	void moreOfTheSameProvesMore(@ForAll @IntRange(min = 1, max = 10_000) int all,
			@ForAll @IntRange(min = 1, max = 10_000) int some, @ForAll @IntRange(min = 2, max = 50) int times) {
		int part = Math.min(some, all);
		assertThat(new Share((long) part * times, (long) all * times).proven())
			.isGreaterThan(new Share(part, all).proven());
	}

	@Property
	void aMismatchProvesLess(@ForAll @IntRange(min = 1, max = 100_000) int all,
			@ForAll @IntRange(min = 1, max = 100_000) int some) {
		int part = Math.min(some, all);
		assertThat(new Share(part, all + 1).proven()).isLessThan(new Share(part, all).proven());
		assertThat(new Share(part - 1, all).proven()).isLessThan(new Share(part, all).proven());
	}

	@ParameterizedTest
	@CsvSource({ "1, 100 %", "0, 0 %", "0.999, 99.9 %", "0.99999, 99.99 %", "0.9917, 99.17 %", "0.986, 98.6 %",
			"0.5, 50 %", "0.0009, 0 %", "0.0123, 1.2 %" })
	void percentIsRoundedDown(double share, String expected) {
		assertThat(Share.percent(share)).isEqualTo(expected);
	}

}
