package dev.migrationflags.sample.rehearsal;

import java.util.List;
import java.util.Optional;

import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStore;
import dev.migrationflags.sample.orders.OrderStores;
import org.jspecify.annotations.Nullable;

/**
 * Copies the orders from before dualwrite to the new side, while clients go on writing:
 * what {@code MigrationSync.backfill} is for. To be run once no call from before
 * dualwrite is under way. Safe because a store never replaces a later version by an
 * earlier one, whether the copy or the client's write comes first, and because orders are
 * never deleted.
 */
final class OrderCopy {

	private static final int PAGE = 200;

	private OrderCopy() {
	}

	static int run(OrderStores stores) {
		int copied = 0;
		Long last = null;
		for (List<Long> page = page(stores.oldSide(), last); !page.isEmpty(); page = page(stores.oldSide(), last)) {
			for (Long key : page) {
				Optional<Order> order = stores.oldSide().find(key);
				if (order.isPresent() && stores.newSide().put(order.get())) {
					copied++;
				}
			}
			last = page.get(page.size() - 1);
		}
		return copied;
	}

	private static List<Long> page(OrderStore store, @Nullable Long last) {
		return store.keysAfter(last, PAGE);
	}

}
