package dev.migrationflags.sample.rehearsal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import dev.migrationflags.sample.orders.Customer;
import dev.migrationflags.sample.orders.NewOrder;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStatus;
import dev.migrationflags.sample.orders.SampleOrders;
import dev.migrationflags.sample.pricing.Cart;
import dev.migrationflags.sample.pricing.Quote;

import org.springframework.web.client.RestClientResponseException;

/**
 * One client, who acts for customers of its own, as a session does. It knows therefore
 * what every answer has to be: the last state that was acknowledged to it.
 */
final class Client {

	private static final List<Step> ROUND = List.of(Step.PLACE, Step.FIND, Step.QUOTE, Step.LIST, Step.CHANGE,
			Step.RECEIPT, Step.FIND, Step.QUOTE, Step.CHANGE, Step.PLACE, Step.FIND, Step.QUOTE, Step.LIST,
			Step.RECEIPT, Step.CHANGE, Step.FIND);

	private final ShopApi shop;

	private final Ledger ledger;

	private final List<Customer> customers;

	private final Random random;

	/** What was acknowledged to this client, the latest order last. */
	private final Map<Long, Order> known = new LinkedHashMap<>();

	private int steps;

	private int carts;

	Client(ShopApi shop, Ledger ledger, List<Customer> customers, long seed) {
		this.shop = shop;
		this.ledger = ledger;
		this.customers = customers;
		this.random = new Random(seed);
	}

	/**
	 * Learns which orders are there already.
	 */
	void begin() {
		for (Customer customer : this.customers) {
			this.shop.ofCustomer(customer.id()).forEach((order) -> acknowledged(order, false));
		}
	}

	/**
	 * Makes the next call.
	 * @return whether a round of calls is complete with it
	 */
	boolean step() {
		Step step = ROUND.get(this.steps++ % ROUND.size());
		try {
			perform(step);
		}
		catch (RestClientResponseException ex) {
			this.ledger.error("%s: answered with %s".formatted(step, ex.getStatusCode()));
		}
		catch (RuntimeException ex) {
			this.ledger.error("%s: %s".formatted(step, ex));
		}
		return this.steps % ROUND.size() == 0;
	}

	private void perform(Step step) {
		switch (step) {
			case PLACE -> place();
			case FIND -> find(anyOrder());
			case LIST -> list(anyCustomer());
			case CHANGE -> change(anyOrder());
			case QUOTE -> quote();
			case RECEIPT -> this.ledger.receipt(this.shop.receipt(Objects.requireNonNull(anyOrder().id())));
		}
	}

	private void place() {
		NewOrder wanted = SampleOrders.next(this.random, anyCustomer());
		boolean oldSideLeft = this.ledger.isOldSideLeft();
		Order placed = this.shop.place(wanted);
		acknowledged(placed, oldSideLeft || this.ledger.isOldSideLeft());
		require(placed.version() == 1 && placed.status() == OrderStatus.PLACED
				&& placed.customer().equals(wanted.customer()) && placed.shipTo().equals(wanted.shipTo())
				&& placed.lines().equals(wanted.lines()) && Objects.equals(placed.note(), wanted.note()),
				"PLACE: not what was ordered: order " + id(placed));
	}

	private void find(Order expected) {
		require(this.shop.find(id(expected)).equals(expected),
				"FIND: not what was acknowledged: order " + id(expected));
	}

	private void list(Customer customer) {
		List<Order> expected = this.known.values()
			.stream()
			.filter((order) -> order.customer().id().equals(customer.id()))
			.sorted(Comparator.comparing(Client::id))
			.toList();
		require(this.shop.ofCustomer(customer.id()).equals(expected),
				"LIST: not what was acknowledged: the orders of customer " + customer.id());
	}

	private void change(Order before) {
		OrderStatus status = next(before.status());
		boolean oldSideLeft = this.ledger.isOldSideLeft();
		Order changed = this.shop.change(id(before), status);
		acknowledged(changed, oldSideLeft || this.ledger.isOldSideLeft());
		require(changed.version() == before.version() + 1 && changed.status() == status
				&& changed.lines().equals(before.lines()) && changed.createdAt().equals(before.createdAt()),
				"CHANGE: not what was asked for: order " + id(before));
	}

	private void quote() {
		List<Cart.Item> items = new ArrayList<>();
		int others = 1 + this.random.nextInt(4);
		for (int i = 0; i < others; i++) {
			items.add(new Cart.Item("SKU-%03d".formatted(i), 1 + this.random.nextInt(9),
					BigDecimal.valueOf(1 + this.random.nextInt(50_000), 2)));
		}
		if (this.carts++ % 3 == 0) {
			// ten at a price in .99, less five percent: half a cent, where roundings part
			items.add(this.random.nextInt(items.size() + 1), new Cart.Item("SKU-099", 10, new BigDecimal("4.99")));
		}
		Quote quote = this.shop.quote(new Cart("CHF", items));
		require(quote.lines().size() == items.size() && quote.total().compareTo(quote.subtotal().add(quote.tax())) == 0,
				"QUOTE: does not add up");
	}

	private static OrderStatus next(OrderStatus status) {
		return switch (status) {
			case PLACED -> OrderStatus.PAID;
			case PAID -> OrderStatus.SHIPPED;
			case SHIPPED -> OrderStatus.CANCELLED;
			case CANCELLED -> OrderStatus.PLACED;
		};
	}

	private void acknowledged(Order order, boolean maybeOnlyToNew) {
		this.known.put(id(order), order);
		this.ledger.acknowledged(order, maybeOnlyToNew);
	}

	private Customer anyCustomer() {
		return this.customers.get(this.random.nextInt(this.customers.size()));
	}

	private Order anyOrder() {
		List<Order> orders = new ArrayList<>(this.known.values());
		return orders.get(this.random.nextInt(orders.size()));
	}

	private void require(boolean good, String otherwise) {
		if (!good) {
			this.ledger.error(otherwise);
		}
	}

	private static long id(Order order) {
		return Objects.requireNonNull(order.id());
	}

	private enum Step {

		PLACE, FIND, LIST, CHANGE, QUOTE, RECEIPT

	}

}
