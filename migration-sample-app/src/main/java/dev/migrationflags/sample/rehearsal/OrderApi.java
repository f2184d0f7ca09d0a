package dev.migrationflags.sample.rehearsal;

import java.util.List;

import dev.migrationflags.sample.orders.NewOrder;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStatus;

/**
 * The orders of the shop as its clients see them. Any answer but a good one is an
 * exception.
 */
interface OrderApi {

	Order place(NewOrder order);

	Order find(long id);

	List<Order> ofCustomer(String customer);

	Order change(long id, OrderStatus status);

}
