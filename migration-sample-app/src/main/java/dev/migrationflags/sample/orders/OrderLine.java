package dev.migrationflags.sample.orders;

import java.math.BigDecimal;

/**
 * One article of an order.
 *
 * @param sku the article's number
 * @param name the article's name at the time of the order
 * @param quantity how many
 * @param unitPrice the price of one, in the order's currency
 */
public record OrderLine(String sku, String name, int quantity, BigDecimal unitPrice) {
}
