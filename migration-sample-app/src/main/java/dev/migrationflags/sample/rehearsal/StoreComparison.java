package dev.migrationflags.sample.rehearsal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.sample.orders.Order;
import org.jspecify.annotations.Nullable;

/**
 * Two sets of orders, held against each other row by row: every order, every line, every
 * column.
 *
 * @param orders how many orders were compared
 * @param lines how many lines of orders were compared
 * @param findings what is different, by order
 */
record StoreComparison(int orders, int lines, List<String> findings) {

	private static final int PAGE = 500;

	static Map<Long, Order> read(KeyedStore<Long, Order> store) {
		Map<Long, Order> orders = new TreeMap<>();
		Long last = null;
		List<Long> page = store.keysAfter(last, PAGE);
		while (!page.isEmpty()) {
			for (Long key : page) {
				store.find(key).ifPresent((order) -> orders.put(key, order));
			}
			last = page.get(page.size() - 1);
			page = store.keysAfter(last, PAGE);
		}
		return orders;
	}

	/**
	 * Compares.
	 * @param leftName what the left orders are called in findings
	 * @param left some orders, by id
	 * @param rightName what the right orders are called in findings
	 * @param right the other orders, by id
	 * @return what was found
	 */
	static StoreComparison of(String leftName, Map<Long, Order> left, String rightName, Map<Long, Order> right) {
		Set<Long> ids = new TreeSet<>(left.keySet());
		ids.addAll(right.keySet());
		List<String> findings = new ArrayList<>();
		int lines = 0;
		for (Long id : ids) {
			Order one = left.get(id);
			Order other = right.get(id);
			if (one == null || other == null) {
				findings.add("order %d is missing in %s".formatted(id, (one == null) ? leftName : rightName));
				continue;
			}
			lines += one.lines().size();
			List<String> columns = columns(one, other);
			if (!columns.isEmpty()) {
				findings.add("order %d differs between %s and %s in %s".formatted(id, leftName, rightName,
						String.join(", ", columns)));
			}
		}
		return new StoreComparison(ids.size(), lines, findings);
	}

	private static List<String> columns(Order one, Order other) {
		List<String> columns = new ArrayList<>();
		compare(columns, "version", one.version(), other.version());
		compare(columns, "customer", one.customer(), other.customer());
		compare(columns, "shipTo", one.shipTo(), other.shipTo());
		compare(columns, "currency", one.currency(), other.currency());
		compare(columns, "status", one.status(), other.status());
		compare(columns, "note", one.note(), other.note());
		compare(columns, "createdAt", one.createdAt(), other.createdAt());
		compare(columns, "updatedAt", one.updatedAt(), other.updatedAt());
		int lines = Math.max(one.lines().size(), other.lines().size());
		for (int i = 0; i < lines; i++) {
			compare(columns, "lines[" + i + "]", (i < one.lines().size()) ? one.lines().get(i) : null,
					(i < other.lines().size()) ? other.lines().get(i) : null);
		}
		if (columns.isEmpty() && !one.equals(other)) {
			columns.add("a column that this comparison does not name");
		}
		return columns;
	}

	private static void compare(List<String> columns, String name, @Nullable Object one, @Nullable Object other) {
		if (!Objects.equals(one, other)) {
			columns.add(name);
		}
	}

}
