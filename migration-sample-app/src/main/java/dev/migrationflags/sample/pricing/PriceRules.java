package dev.migrationflags.sample.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.List;

/**
 * How the shop prices: 5 % off for ten or more of an article, 8.1 % tax, every line
 * rounded to the currency's smallest unit.
 */
final class PriceRules {

	private static final BigDecimal TAX = new BigDecimal("0.081");

	private final RoundingMode rounding;

	PriceRules(RoundingMode rounding) {
		this.rounding = rounding;
	}

	Quote quote(Cart cart) {
		int digits = Currency.getInstance(cart.currency()).getDefaultFractionDigits();
		List<Quote.Line> lines = cart.items().stream().map((item) -> line(item, digits)).toList();
		BigDecimal subtotal = lines.stream()
			.map(Quote.Line::price)
			.reduce(BigDecimal.ZERO.setScale(digits), BigDecimal::add);
		BigDecimal tax = subtotal.multiply(TAX).setScale(digits, RoundingMode.HALF_UP);
		return new Quote(cart.currency(), lines, subtotal, tax, subtotal.add(tax));
	}

	private Quote.Line line(Cart.Item item, int digits) {
		int discount = (item.quantity() >= 10) ? 5 : 0;
		BigDecimal price = item.unitPrice()
			.multiply(BigDecimal.valueOf(item.quantity()))
			.multiply(BigDecimal.valueOf(100L - discount, 2))
			.setScale(digits, this.rounding);
		return new Quote.Line(item.sku(), discount, price);
	}

}
