package dev.migrationflags.engine.readiness;

import dev.migrationflags.random.Draw;
import dev.migrationflags.random.Tries;
import org.junit.jupiter.api.Test;
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

	@Test
	void provenShareSolvesItsEquation() {
		Tries.of((draw) -> share(draw, 100_000)).hold((share) -> {
			double proven = share.proven();
			double distance = share.value() - proven;
			double z = 1.6448536269514722;
			assertThat(distance * distance).isCloseTo(z * z * proven * (1 - proven) / share.all(), within(1e-9));
			assertThat(proven).isBetween(0.0, share.value());
		});
	}

	@Test
	void moreOfTheSameProvesMore() {
		record More(Share share, int times) {
		}
		Tries.of((draw) -> new More(share(draw, 10_000), draw.between(2, 50))).hold((drawn) -> {
			Share more = new Share(drawn.share.part() * drawn.times, drawn.share.all() * drawn.times);
			assertThat(more.proven()).isGreaterThan(drawn.share.proven());
		});
	}

	@Test
	void aMismatchProvesLess() {
		Tries.of((draw) -> share(draw, 100_000)).hold((share) -> {
			assertThat(new Share(share.part(), share.all() + 1).proven()).isLessThan(share.proven());
			assertThat(new Share(share.part() - 1, share.all()).proven()).isLessThan(share.proven());
		});
	}

	private static Share share(Draw draw, int most) {
		int all = draw.between(1, most);
		return new Share(draw.between(1, all), all);
	}

	@ParameterizedTest
	@CsvSource({ "1, 100 %", "0, 0 %", "0.999, 99.9 %", "0.99999, 99.99 %", "0.9917, 99.17 %", "0.986, 98.6 %",
			"0.5, 50 %", "0.0009, 0 %", "0.0123, 1.2 %" })
	void percentIsRoundedDown(double share, String expected) {
		assertThat(Share.percent(share)).isEqualTo(expected);
	}

}
