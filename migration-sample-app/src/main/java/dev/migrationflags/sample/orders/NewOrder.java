package dev.migrationflags.sample.orders;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a customer sends.
 *
 * @param customer who orders
 * @param shipTo where it goes
 * @param currency ISO 4217 code, three letters
 * @param note what the customer wants to say, if anything
 * @param lines what is ordered
 */
public record NewOrder(Customer customer, Address shipTo, String currency, @Nullable String note,
		List<OrderLine> lines) {

	Order at(Instant now) {
		return new Order(null, 1, this.customer, this.shipTo, this.currency, OrderStatus.PLACED, this.note, this.lines,
				now, now);
	}

}
