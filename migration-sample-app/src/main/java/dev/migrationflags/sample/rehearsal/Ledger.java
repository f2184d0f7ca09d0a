package dev.migrationflags.sample.rehearsal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import dev.migrationflags.sample.orders.Order;

/**
 * What the shop has acknowledged to its clients: the promise that the stores and the
 * mailboxes are held against.
 */
final class Ledger {

	private static final int KEPT_ERRORS = 20;

	private final Map<Long, Order> orders = new ConcurrentHashMap<>();

	private final List<String> receipts = Collections.synchronizedList(new ArrayList<>());

	private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

	private final LongAdder errorCount = new LongAdder();

	/**
	 * An order was acknowledged.
	 * @param order as it was answered
	 */
	void acknowledged(Order order) {
		this.orders.put(Objects.requireNonNull(order.id()), order);
	}

	void receipt(String id) {
		this.receipts.add(id);
	}

	void error(String what) {
		this.errorCount.increment();
		if (this.errors.size() < KEPT_ERRORS) {
			this.errors.add(what);
		}
	}

	Map<Long, Order> orders() {
		return new HashMap<>(this.orders);
	}

	List<String> receipts() {
		synchronized (this.receipts) {
			return new ArrayList<>(this.receipts);
		}
	}

	List<String> errors() {
		synchronized (this.errors) {
			return new ArrayList<>(this.errors);
		}
	}

	long errorCount() {
		return this.errorCount.sum();
	}

}
