package dev.migrationflags.sample.orders;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An order. Times are set here and not by a database, so that they are the same on both
 * sides; microseconds, which is what PostgreSQL keeps.
 *
 * @param id given by the database that has the authority, {@code null} before
 * @param version grows by one with every change; saving never replaces a later version by
 * an earlier one
 * @param customer who has ordered
 * @param shipTo where it goes
 * @param currency ISO 4217 code, three letters
 * @param status how far it is
 * @param note what the customer wanted to say, if anything
 * @param lines what was ordered, in the order in which it was put into the cart
 * @param createdAt when it was placed
 * @param updatedAt when it was last changed
 */
public record Order(@Nullable Long id, long version, Customer customer, Address shipTo, String currency,
		OrderStatus status, @Nullable String note, List<OrderLine> lines, Instant createdAt, Instant updatedAt) {

	/**
	 * Copies the lines.
	 */
	public Order {
		lines = List.copyOf(lines);
	}

	Order withId(long id) {
		return new Order(id, this.version, this.customer, this.shipTo, this.currency, this.status, this.note,
				this.lines, this.createdAt, this.updatedAt);
	}

	Order withLines(List<OrderLine> lines) {
		return new Order(this.id, this.version, this.customer, this.shipTo, this.currency, this.status, this.note,
				lines, this.createdAt, this.updatedAt);
	}

	Order withStatus(OrderStatus status, Instant now) {
		return new Order(this.id, this.version + 1, this.customer, this.shipTo, this.currency, status, this.note,
				this.lines, this.createdAt, now);
	}

}
