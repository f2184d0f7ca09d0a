package dev.migrationflags.sample.pricing;

import java.math.BigDecimal;
import java.util.List;

/**
 * What a cart costs.
 *
 * @param currency the cart's currency
 * @param lines one for each item of the cart
 * @param subtotal the sum of the lines
 * @param tax the tax on it
 * @param total both
 */
public record Quote(String currency, List<Line> lines, BigDecimal subtotal, BigDecimal tax, BigDecimal total) {

	/**
	 * Copies the lines.
	 */
	public Quote {
		lines = List.copyOf(lines);
	}

	/**
	 * One item, priced.
	 *
	 * @param sku the article's number
	 * @param discountPercent what is taken off for ten or more
	 * @param price what the line costs
	 */
	public record Line(String sku, int discountPercent, BigDecimal price) {
	}

}
