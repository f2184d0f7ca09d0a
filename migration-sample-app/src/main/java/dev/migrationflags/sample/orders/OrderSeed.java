package dev.migrationflags.sample.orders;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The orders that were there before anybody thought of a migration: in the old store
 * only.
 */
@Component
class OrderSeed implements ApplicationRunner {

	private static final int ORDERS = 400;

	private static final Instant FIRST = Instant.parse("2024-02-29T23:59:59.999999Z");

	private final LegacyOrders legacy;

	OrderSeed(LegacyOrders legacy) {
		this.legacy = legacy;
	}

	@Override
	@Transactional("oldTransactionManager")
	public void run(ApplicationArguments args) {
		if (!this.legacy.keysAfter(null, 1).isEmpty()) {
			return;
		}
		Random random = new Random(20240229);
		List<Customer> customers = SampleOrders.customers();
		Instant time = FIRST;
		for (int i = 0; i < ORDERS; i++) {
			time = time.plus(Duration.ofNanos(random.nextLong(3_600_000_000L) * 1000));
			this.legacy.insert(SampleOrders.next(random, customers.get(i % customers.size())).at(time));
		}
	}

}
