package dev.migrationflags.sample.rehearsal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import dev.migrationflags.sample.orders.Customer;
import dev.migrationflags.sample.orders.NewOrder;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStatus;
import dev.migrationflags.sample.orders.SampleOrders;
import dev.migrationflags.sample.pricing.Cart;
import dev.migrationflags.sample.pricing.Quote;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.web.client.RestClientResponseException;

/**
 * One client, who acts for customers of its own, as a session does. It knows therefore
 * what every answer has to be: the last state that was acknowledged to it.
 */
final class Client implements Traffic.Caller {

	private static final List<Step> ROUND = List.of(Step.PLACE, Step.FIND, Step.QUOTE, Step.LIST, Step.CHANGE,
			Step.RECEIPT, Step.FIND, Step.QUOTE, Step.CHANGE, Step.PLACE, Step.FIND, Step.QUOTE, Step.LIST,
			Step.RECEIPT, Step.CHANGE, Step.FIND);

	/**
	 * The article at which roundings part, and what the old side, half up, asks for it.
	 */
	private static final String HALF_CENT = "SKU-099";

	private static final BigDecimal OLD_PRICE = new BigDecimal("47.41");

	private final ShopApi shop;

	private final Ledger ledger;

	private final CallerWaits waits;

	private final List<Customer> customers;

	private final Random random;

	/** What was acknowledged to this client, the latest order last. */
	private final Map<Long, Order> known = new LinkedHashMap<>();

	private int steps;

	private int carts;

	/**
	 * Whose orders were listed last: left alone by writes until the next list. The second
	 * read of a list is not awaited and names no key, so a write right after it could be
	 * met by it and be reported as a difference that is none.
	 */
	private @Nullable Customer listed;

	Client(ShopApi shop, Ledger ledger, CallerWaits waits, List<Customer> customers, long seed) {
		this.shop = shop;
		this.ledger = ledger;
		this.waits = waits;
		this.customers = customers;
		this.random = new Random(seed);
	}

	/**
	 * Several clients, who share the customers among them.
	 * @param shop the shop
	 * @param count how many
	 * @param ledger is told what was acknowledged
	 * @param waits is told how long it took
	 * @return the clients
	 */
	static List<Client> of(ApplicationContext shop, int count, Ledger ledger, CallerWaits waits) {
		ShopApi api = new ShopApi(
				Integer.parseInt(String.valueOf(shop.getEnvironment().getProperty("local.server.port"))));
		List<Customer> customers = SampleOrders.customers();
		return IntStream.range(0, count)
			.mapToObj((client) -> new Client(api, ledger, waits,
					IntStream.range(0, customers.size())
						.filter((number) -> number % count == client)
						.mapToObj(customers::get)
						.toList(),
					client))
			.toList();
	}

	/**
	 * Learns which orders are there already.
	 */
	void begin() {
		for (Customer customer : this.customers) {
			this.shop.ofCustomer(customer.id()).forEach(this::acknowledged);
		}
	}

	@Override
	public boolean step() {
		Step step = ROUND.get(this.steps++ % ROUND.size());
		CallerWaits.@Nullable Phase phase = this.waits.phase();
		long begin = System.nanoTime();
		try {
			perform(step);
		}
		catch (RestClientResponseException ex) {
			this.ledger.error("%s: answered with %s".formatted(step, ex.getStatusCode()));
		}
		catch (RuntimeException ex) {
			this.ledger.error("%s: %s".formatted(step, ex));
		}
		this.waits.waited(phase, step.call, System.nanoTime() - begin);
		return this.steps % ROUND.size() == 0;
	}

	private void perform(Step step) {
		switch (step) {
			case PLACE -> place();
			case FIND -> find(anyOrder());
			case LIST -> list(anyCustomer());
			case CHANGE -> change(anyOrder(this::isFreeToWrite));
			case QUOTE -> quote();
			case RECEIPT -> this.ledger.receipt(this.shop.receipt(Objects.requireNonNull(anyOrder().id())));
		}
	}

	private void place() {
		NewOrder wanted = SampleOrders.next(this.random, anyCustomer(this::isFreeToWrite));
		Order placed = this.shop.place(wanted);
		acknowledged(placed);
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
		this.listed = customer;
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
		Order changed = this.shop.change(id(before), status);
		acknowledged(changed);
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
			items.add(this.random.nextInt(items.size() + 1), new Cart.Item(HALF_CENT, 10, new BigDecimal("4.99")));
		}
		Quote quote = this.shop.quote(new Cart("CHF", items));
		require(quote.lines().size() == items.size() && quote.total().compareTo(quote.subtotal().add(quote.tax())) == 0,
				"QUOTE: does not add up");
		if (this.waits.isOldSideExpected()) {
			require(quote.lines()
				.stream()
				.filter((line) -> line.sku().equals(HALF_CENT))
				.allMatch((line) -> line.price().compareTo(OLD_PRICE) == 0), "QUOTE: not of the old side");
		}
	}

	static OrderStatus next(OrderStatus status) {
		return switch (status) {
			case PLACED -> OrderStatus.PAID;
			case PAID -> OrderStatus.SHIPPED;
			case SHIPPED -> OrderStatus.CANCELLED;
			case CANCELLED -> OrderStatus.PLACED;
		};
	}

	private void acknowledged(Order order) {
		this.known.put(id(order), order);
		this.ledger.acknowledged(order);
	}

	private boolean isFreeToWrite(Customer customer) {
		return this.listed == null || !this.listed.id().equals(customer.id());
	}

	private Customer anyCustomer() {
		return anyCustomer((customer) -> true);
	}

	private Customer anyCustomer(Predicate<Customer> which) {
		List<Customer> some = this.customers.stream().filter(which).toList();
		return some.get(this.random.nextInt(some.size()));
	}

	private Order anyOrder() {
		return anyOrder((customer) -> true);
	}

	private Order anyOrder(Predicate<Customer> ofWhom) {
		List<Order> some = this.known.values().stream().filter((order) -> ofWhom.test(order.customer())).toList();
		return some.get(this.random.nextInt(some.size()));
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

		PLACE(CallerWaits.Call.ORDER_WRITE), FIND(CallerWaits.Call.ORDER_READ), LIST(CallerWaits.Call.ORDER_READ),
		CHANGE(CallerWaits.Call.ORDER_WRITE), QUOTE(CallerWaits.Call.QUOTE), RECEIPT(CallerWaits.Call.RECEIPT);

		private final CallerWaits.Call call;

		Step(CallerWaits.Call call) {
			this.call = call;
		}

	}

}
