package dev.migrationflags.sample.rehearsal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

import dev.migrationflags.sample.orders.Customer;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStatus;
import dev.migrationflags.sample.orders.SampleOrders;
import dev.migrationflags.sample.pricing.Cart;

/**
 * Uses the shop for as long as it is open. Unlike a {@link Client} it holds nobody to his
 * word, and what it keeps, and nearly all that it leaves in the stores, is bounded.
 */
final class Shopper {

	private static final List<Step> ROUND = List.of(Step.QUOTE, Step.FIND, Step.CHANGE, Step.QUOTE, Step.LIST,
			Step.FIND, Step.QUOTE, Step.CHANGE, Step.FIND, Step.QUOTE, Step.RECEIPT, Step.FIND);

	private static final int ORDERS = 60;

	/** How many rounds there are to an order, once there are enough. */
	private static final int ROUNDS_PER_ORDER = 20;

	private final ShopApi shop;

	private final Random random;

	/** Whom orders are placed and changed for. */
	private final List<Customer> customers;

	/** Whose orders are listed. Others: a list names no key, and might meet a write. */
	private final List<Customer> observed;

	private final List<Long> orders = new ArrayList<>();

	private int steps;

	/**
	 * Creates a shopper.
	 * @param shop the shop
	 * @param number of this shopper, from 0
	 * @param count how many shoppers there are
	 */
	Shopper(ShopApi shop, int number, int count) {
		this.shop = shop;
		this.random = new Random(number);
		this.customers = everyNth(number, 2 * count);
		this.observed = everyNth(number + count, 2 * count);
	}

	private static List<Customer> everyNth(int first, int n) {
		List<Customer> all = SampleOrders.customers();
		return IntStream.range(0, all.size()).filter((index) -> index % n == first).mapToObj(all::get).toList();
	}

	/**
	 * Makes the next call.
	 */
	void step() {
		if (this.orders.isEmpty()) {
			this.customers.forEach((customer) -> this.shop.ofCustomer(customer.id()).forEach(this::remember));
		}
		int number = this.steps++;
		boolean newOrder = this.orders.size() < ORDERS || number % (ROUNDS_PER_ORDER * ROUND.size()) == 0;
		switch (ROUND.get(number % ROUND.size())) {
			case QUOTE -> this.shop.quote(cart(number));
			case FIND -> this.shop.find(order(number));
			case LIST -> this.shop.ofCustomer(any(this.observed).id());
			case RECEIPT -> this.shop.receipt(order(number));
			case CHANGE -> {
				if (newOrder) {
					remember(this.shop.place(SampleOrders.next(this.random, any(this.customers))));
				}
				else {
					this.shop.change(order(number), any(List.of(OrderStatus.values())));
				}
			}
		}
	}

	private void remember(Order order) {
		this.orders.add(Objects.requireNonNull(order.id()));
		if (this.orders.size() > 2 * ORDERS) {
			this.orders.remove(0);
		}
	}

	/** In turn, so that no order is changed right after it was read. */
	private long order(int number) {
		return this.orders.get(number % this.orders.size());
	}

	private Cart cart(int number) {
		List<Cart.Item> items = new ArrayList<>();
		items.add(new Cart.Item("SKU-001", 1 + this.random.nextInt(9), BigDecimal.valueOf(1250, 2)));
		if (number % 9 == 0) {
			// half a cent, where roundings part
			items.add(new Cart.Item("SKU-099", 10, new BigDecimal("4.99")));
		}
		return new Cart("CHF", items);
	}

	private <T> T any(List<T> some) {
		return some.get(this.random.nextInt(some.size()));
	}

	private enum Step {

		FIND, LIST, CHANGE, QUOTE, RECEIPT

	}

}
