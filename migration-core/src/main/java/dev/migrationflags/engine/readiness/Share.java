package dev.migrationflags.engine.readiness;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * So many of so many.
 *
 * @param part how many
 * @param all of how many, not less than the part
 */
record Share(long part, long all) {

	/**
	 * The quantile of the normal distribution for 95 %, one-sided.
	 */
	private static final double Z = 1.6448536269514722;

	/**
	 * The share itself.
	 * @return from 0 to 1, NaN of nothing
	 */
	double value() {
		return (this.all == 0) ? Double.NaN : (double) this.part / this.all;
	}

	/**
	 * What the sample proves of the share in everything that it is a sample of: the lower
	 * end of the score interval with 95 % confidence. Unlike the share itself, 100 % of
	 * ten is not 100 %.
	 * @return from 0 to the share, 0 of nothing
	 * @see <a href="https://www.jstor.org/stable/2276774">E. B. Wilson: Probable
	 * Inference, the Law of Succession, and Statistical Inference (1927)</a>
	 */
	double proven() {
		if (this.all == 0) {
			return 0;
		}
		double n = this.all;
		double share = value();
		double square = Z * Z;
		double center = share + square / (2 * n);
		double spread = Z * Math.sqrt((share * (1 - share) + square / (4 * n)) / n);
		return Math.max(0, Math.min(share, (center - spread) / (1 + square / n)));
	}

	/**
	 * A share in percent, for people. Rounded down, so that what is not all does not look
	 * like it.
	 */
	static String percent(double share) {
		BigDecimal percent = BigDecimal.valueOf(share).movePointRight(2);
		int digits = (share > 0.99 && share < 1) ? 2 : 1;
		return percent.setScale(digits, RoundingMode.FLOOR).stripTrailingZeros().toPlainString() + " %";
	}

}
