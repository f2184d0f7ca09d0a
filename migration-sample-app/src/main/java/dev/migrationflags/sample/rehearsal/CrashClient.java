package dev.migrationflags.sample.rehearsal;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.sample.orders.Customer;
import dev.migrationflags.sample.orders.NewOrder;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStatus;
import dev.migrationflags.sample.orders.SampleOrders;

import org.springframework.web.client.RestClientResponseException;

/**
 * One client of a shop that is killed now and then, who acts for customers of its own. A
 * write whose answer it did not get has happened or not: it asks before it does anything
 * else, and holds the shop to what it sees then.
 */
final class CrashClient implements Traffic.Caller {

	private static final List<Step> ROUND = List.of(Step.PLACE, Step.FIND, Step.CHANGE, Step.LIST, Step.CHANGE,
			Step.FIND, Step.PLACE, Step.CHANGE);

	private final Shops shops;

	private final Ledger ledger;

	private final CrashCounts counts;

	private final List<Customer> customers;

	private final Random random;

	/** What was acknowledged to this client, or seen by it. */
	private final Map<Long, Order> known = new LinkedHashMap<>();

	/** The write that has not been answered. */
	private @Nullable Doubt doubt;

	private int steps;

	CrashClient(Shops shops, Ledger ledger, CrashCounts counts, List<Customer> customers, long seed) {
		this.shops = shops;
		this.ledger = ledger;
		this.counts = counts;
		this.customers = customers;
		this.random = new Random(seed);
	}

	/**
	 * Several clients, who share the customers among them.
	 * @param shops where the shop is
	 * @param number how many
	 * @param ledger is told what was acknowledged
	 * @param counts is told what became of writes
	 * @return the clients
	 */
	static List<CrashClient> of(Shops shops, int number, Ledger ledger, CrashCounts counts) {
		List<Customer> customers = SampleOrders.customers();
		return IntStream.range(0, number)
			.mapToObj((client) -> new CrashClient(shops, ledger, counts,
					IntStream.range(0, customers.size())
						.filter((customer) -> customer % number == client)
						.mapToObj(customers::get)
						.toList(),
					client))
			.toList();
	}

	/**
	 * Learns which orders are there already.
	 */
	void begin() {
		OrderApi shop = this.shops.current();
		this.customers.forEach((customer) -> shop.ofCustomer(customer.id()).forEach(this::knows));
	}

	@Override
	public boolean step() {
		if (this.doubt != null) {
			settle();
			return false;
		}
		Step step = ROUND.get(this.steps++ % ROUND.size());
		call(step.name(), (shop) -> perform(step, shop));
		return this.steps % ROUND.size() == 0;
	}

	/**
	 * Asks what became of the write that has not been answered, if there is one.
	 */
	void settle() {
		Doubt open = this.doubt;
		if (open != null) {
			call("ASK", (shop) -> {
				boolean happened = (open.before() != null) ? changed(open.before(), shop) : placed(open.wanted(), shop);
				this.doubt = null;
				this.counts.settled(happened);
			});
		}
	}

	/**
	 * No answer is to be expected of a shop that is killed meanwhile.
	 */
	private void call(String name, Call call) {
		long kills = this.shops.kills();
		try {
			call.on(this.shops.current());
		}
		catch (RestClientResponseException ex) {
			this.ledger.error("%s: answered with %s".formatted(name, ex.getStatusCode()));
		}
		catch (RuntimeException ex) {
			if (this.shops.kills() == kills) {
				this.ledger.error("%s: %s".formatted(name, ex));
			}
		}
	}

	private void perform(Step step, OrderApi shop) {
		switch (step) {
			case PLACE -> place(shop);
			case FIND -> find(anyOrder(), shop);
			case LIST -> list(anyCustomer(), shop);
			case CHANGE -> change(anyOrder(), shop);
		}
	}

	private void place(OrderApi shop) {
		NewOrder wanted = SampleOrders.next(this.random, anyCustomer());
		this.doubt = new Doubt(wanted, null);
		Order placed = shop.place(wanted);
		this.doubt = null;
		acknowledged(placed);
		require(isPlaced(placed, wanted), "PLACE: not what was ordered: order " + id(placed));
	}

	private void change(Order before, OrderApi shop) {
		this.doubt = new Doubt(null, before);
		Order changed = shop.change(id(before), Client.next(before.status()));
		this.doubt = null;
		acknowledged(changed);
		require(isChanged(changed, before), "CHANGE: not what was asked for: order " + id(before));
	}

	private void find(Order expected, OrderApi shop) {
		require(shop.find(id(expected)).equals(expected), "FIND: not what was acknowledged: order " + id(expected));
	}

	private void list(Customer customer, OrderApi shop) {
		require(shop.ofCustomer(customer.id()).equals(ofCustomer(customer)),
				"LIST: not what was acknowledged: the orders of customer " + customer.id());
	}

	private boolean changed(Order before, OrderApi shop) {
		Order found = shop.find(id(before));
		if (found.equals(before)) {
			return false;
		}
		knows(found);
		require(isChanged(found, before), "ASK: neither as before nor as asked for: order " + id(before));
		return true;
	}

	private boolean placed(@Nullable NewOrder wanted, OrderApi shop) {
		Customer customer = Objects.requireNonNull(wanted).customer();
		List<Order> found = shop.ofCustomer(customer.id());
		List<Order> others = found.stream().filter((order) -> !this.known.containsKey(id(order))).toList();
		others.forEach(this::knows);
		require(others.size() <= 1 && others.stream().allMatch((order) -> isPlaced(order, wanted))
				&& found.equals(ofCustomer(customer)),
				"ASK: not what was acknowledged or ordered: the orders of customer " + customer.id());
		return !others.isEmpty();
	}

	private static boolean isPlaced(Order order, NewOrder wanted) {
		return order.version() == 1 && order.status() == OrderStatus.PLACED
				&& order.customer().equals(wanted.customer()) && order.shipTo().equals(wanted.shipTo())
				&& order.lines().equals(wanted.lines()) && Objects.equals(order.note(), wanted.note());
	}

	private static boolean isChanged(Order order, Order before) {
		return order.version() == before.version() + 1 && order.status() == Client.next(before.status())
				&& order.lines().equals(before.lines()) && order.createdAt().equals(before.createdAt());
	}

	private void acknowledged(Order order) {
		knows(order);
		this.counts.acknowledged();
	}

	private void knows(Order order) {
		this.known.put(id(order), order);
		this.ledger.acknowledged(order);
	}

	private List<Order> ofCustomer(Customer customer) {
		return this.known.values()
			.stream()
			.filter((order) -> order.customer().id().equals(customer.id()))
			.sorted(Comparator.comparing(CrashClient::id))
			.toList();
	}

	private Customer anyCustomer() {
		return this.customers.get(this.random.nextInt(this.customers.size()));
	}

	private Order anyOrder() {
		List<Order> all = List.copyOf(this.known.values());
		return all.get(this.random.nextInt(all.size()));
	}

	private void require(boolean good, String otherwise) {
		if (!good) {
			this.ledger.error(otherwise);
		}
	}

	private static long id(Order order) {
		return Objects.requireNonNull(order.id());
	}

	/**
	 * Where the shop is.
	 */
	interface Shops {

		/**
		 * The shop that runs now; waits until there is one.
		 */
		OrderApi current();

		/**
		 * How often the shop was killed so far. Told before it is.
		 */
		long kills();

	}

	private interface Call {

		void on(OrderApi shop);

	}

	private enum Step {

		PLACE, FIND, LIST, CHANGE

	}

	/**
	 * A write that has not been answered.
	 *
	 * @param wanted the order that was placed, if one was
	 * @param before the order that was to be changed, if one was
	 */
	private record Doubt(@Nullable NewOrder wanted, @Nullable Order before) {
	}

}
