package dev.migrationflags.sample.pricing;

import java.math.BigDecimal;
import java.util.List;

/**
 * What a customer would like to have priced.
 *
 * @param currency ISO 4217 code, three letters
 * @param items what is in it
 */
public record Cart(String currency, List<Item> items) {

	/**
	 * Copies the items.
	 */
	public Cart {
		items = List.copyOf(items);
	}

	/**
	 * One article.
	 *
	 * @param sku the article's number
	 * @param quantity how many
	 * @param unitPrice the price of one
	 */
	public record Item(String sku, int quantity, BigDecimal unitPrice) {
	}

}
