package dev.migrationflags.sample.rehearsal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

	private final Set<Long> writtenOnlyToNew = ConcurrentHashMap.newKeySet();

	private final List<String> receipts = Collections.synchronizedList(new ArrayList<>());

	private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

	private final LongAdder errorCount = new LongAdder();

	private volatile boolean oldSideLeft;

	/**
	 * An order was acknowledged.
	 * @param order as it was answered
	 * @param maybeOnlyToNew whether the old side was left at any time during the call
	 */
	void acknowledged(Order order, boolean maybeOnlyToNew) {
		Long id = Objects.requireNonNull(order.id());
		this.orders.put(id, order);
		if (maybeOnlyToNew) {
			this.writtenOnlyToNew.add(id);
		}
		else {
			this.writtenOnlyToNew.remove(id);
		}
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

	/**
	 * Whether orders are, or might be, written to the new side only: set before that
	 * begins, taken back after it has ended.
	 * @param left whether the old side is left
	 */
	void oldSideLeft(boolean left) {
		this.oldSideLeft = left;
	}

	boolean isOldSideLeft() {
		return this.oldSideLeft;
	}

	Map<Long, Order> orders() {
		return new HashMap<>(this.orders);
	}

	Set<Long> writtenOnlyToNew() {
		return new HashSet<>(this.writtenOnlyToNew);
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
