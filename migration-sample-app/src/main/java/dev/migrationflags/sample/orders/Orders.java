package dev.migrationflags.sample.orders;

import java.util.List;
import java.util.Optional;

import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;

/**
 * The orders of the shop. Who uses them does not know that they are moving.
 */
public interface Orders {

	/**
	 * One order.
	 * @param id its id
	 * @return the order, if there is one
	 */
	@MigrationRead(key = "#id")
	Optional<Order> findById(long id);

	/**
	 * All orders of a customer.
	 * @param customerId the customer's number
	 * @return the orders, by id
	 */
	@MigrationRead
	List<Order> findByCustomer(String customerId);

	/**
	 * Stores an order: without an id as a new one, which gets its id here; with an id
	 * unless this or a later version is stored already. The other side is sent the
	 * result, id included, so that the same call there ends in the same state, also if it
	 * comes late or twice.
	 * @param order the order
	 * @return what is stored now: the order, or the later version that was found
	 */
	@MigrationWrite(key = "#order.id ?: #result.id", mirror = "#result")
	Order save(Order order);

}
