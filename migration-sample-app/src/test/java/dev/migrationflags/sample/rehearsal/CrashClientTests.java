package dev.migrationflags.sample.rehearsal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.migrationflags.sample.orders.NewOrder;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStatus;
import dev.migrationflags.sample.orders.SampleOrders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of a shop in memory, which is killed before or after it has written, or does
 * what it must not.
 */
class CrashClientTests {

	private static final Instant NOW = Instant.parse("2026-01-31T12:34:56Z");

	private final Ledger ledger = new Ledger();

	private final Shop shop = new Shop();

	private final CrashClient client = new CrashClient(this.shop, this.ledger, new CrashCounts(),
			SampleOrders.customers().subList(0, 1), 1);

	@Test
	void aShopThatKeepsItsWordIsNotToBlame() {
		step(40);
		assertThat(this.ledger.errors()).isEmpty();
		assertThat(this.ledger.orders()).isEqualTo(this.shop.orders).hasSizeGreaterThan(5);
	}

	@Test
	void aWriteWithoutAnswerMayHaveHappened() {
		for (int i = 0; i < 40; i++) {
			this.shop.killed = Killed.AFTER_THE_WRITE;
			step(3);
		}
		this.client.settle();
		assertThat(this.ledger.errors()).isEmpty();
		assertThat(this.ledger.orders()).isEqualTo(this.shop.orders).hasSizeGreaterThan(5);
	}

	@Test
	void aWriteWithoutAnswerMayNotHaveHappened() {
		step(1);
		for (int i = 0; i < 40; i++) {
			this.shop.killed = Killed.BEFORE_THE_WRITE;
			step(3);
		}
		this.client.settle();
		assertThat(this.ledger.errors()).isEmpty();
		assertThat(this.ledger.orders()).isEqualTo(this.shop.orders);
	}

	@Test
	void aCallThatFailsThoughNobodyWasKilledIsFound() {
		this.shop.broken = true;
		step(1);
		assertThat(this.ledger.errors()).singleElement().asString().contains("PLACE", "broken");
	}

	@Test
	void aLostOrderIsFound() {
		step(1);
		this.shop.orders.clear();
		step(20);
		assertThat(this.ledger.errors()).isNotEmpty();
	}

	@Test
	void aLostChangeIsFound() {
		step(1);
		Order before = this.shop.orders.values().iterator().next();
		step(2);
		assertThat(this.shop.orders.values()).doesNotContain(before);
		this.shop.orders.put(Objects.requireNonNull(before.id()), before);
		step(1);
		assertThat(this.ledger.errors()).singleElement().asString().startsWith("LIST");
	}

	@Test
	void anOrderThatNobodyPlacedIsFound() {
		step(1);
		this.shop.killed = Killed.BEFORE_THE_WRITE;
		step(8);
		assertThat(this.ledger.errors()).isEmpty();
		this.shop.put(order(this.shop.orders.values().iterator().next(), 77, 1, OrderStatus.CANCELLED));
		step(8);
		assertThat(this.ledger.errors()).isNotEmpty();
	}

	@Test
	void aWriteThatWasSeenMustNotGoAway() {
		step(2);
		Map<Long, Order> before = new LinkedHashMap<>(this.shop.orders);
		this.shop.killed = Killed.AFTER_THE_WRITE;
		step(1);
		this.client.settle();
		assertThat(this.ledger.errors()).isEmpty();
		assertThat(this.shop.orders).isNotEqualTo(before);
		this.shop.orders.putAll(before);
		step(1);
		assertThat(this.ledger.errors()).singleElement().asString().startsWith("LIST");
	}

	private void step(int times) {
		for (int i = 0; i < times; i++) {
			this.client.step();
		}
	}

	private static Order order(Order like, long id, long version, OrderStatus status) {
		return new Order(id, version, like.customer(), like.shipTo(), like.currency(), status, like.note(),
				like.lines(), like.createdAt(), NOW.plusSeconds(version));
	}

	private enum Killed {

		BEFORE_THE_WRITE, AFTER_THE_WRITE

	}

	private static final class Shop implements OrderApi, CrashClient.Shops {

		private final Map<Long, Order> orders = new LinkedHashMap<>();

		private @Nullable Killed killed;

		private boolean broken;

		private long kills;

		private long ids;

		@Override
		public OrderApi current() {
			return this;
		}

		@Override
		public long kills() {
			return this.kills;
		}

		@Override
		public Order place(NewOrder order) {
			return write(new Order(++this.ids, 1, order.customer(), order.shipTo(), order.currency(),
					OrderStatus.PLACED, order.note(), order.lines(), NOW, NOW));
		}

		@Override
		public Order change(long id, OrderStatus status) {
			Order before = find(id);
			return write(order(before, id, before.version() + 1, status));
		}

		private Order write(Order order) {
			die(Killed.BEFORE_THE_WRITE);
			put(order);
			die(Killed.AFTER_THE_WRITE);
			return order;
		}

		void put(Order order) {
			this.orders.put(Objects.requireNonNull(order.id()), order);
		}

		private void die(Killed when) {
			if (this.broken) {
				throw new IllegalStateException("broken");
			}
			if (this.killed == when) {
				this.killed = null;
				this.kills++;
				throw new IllegalStateException("killed");
			}
		}

		@Override
		public Order find(long id) {
			Order order = this.orders.get(id);
			if (order == null) {
				throw new IllegalStateException("404");
			}
			return order;
		}

		@Override
		public List<Order> ofCustomer(String customer) {
			return new ArrayList<>(this.orders.values());
		}

	}

}
