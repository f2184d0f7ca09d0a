package dev.migrationflags.sample.orders;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import org.springframework.stereotype.Service;

/**
 * What the shop does with orders.
 */
@Service
public class OrderService {

	private final Orders orders;

	private final Clock clock;

	OrderService(Orders orders, Clock clock) {
		this.orders = orders;
		this.clock = clock;
	}

	/**
	 * One order.
	 * @param id its id
	 * @return the order, if there is one
	 */
	public Optional<Order> find(long id) {
		return this.orders.findById(id);
	}

	List<Order> ofCustomer(String customerId) {
		return this.orders.findByCustomer(customerId);
	}

	Order place(NewOrder order) {
		return this.orders.save(order.at(now()));
	}

	Optional<Order> change(long id, OrderStatus status) {
		return this.orders.findById(id).map((found) -> {
			Order changed = found.withStatus(status, now());
			Order stored = this.orders.save(changed);
			if (!stored.equals(changed)) {
				throw new OrderConflictException(id);
			}
			return stored;
		});
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
