package dev.migrationflags.sample.orders;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationOrigin;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both stores on real servers, without migration: each call reaches the side on which it
 * is made.
 */
class OrderStoreTests {

	private static final Customer CUSTOMER = SampleOrders.customers().get(0);

	private static final Instant NOW = Instant.parse("2026-01-31T12:34:56.123456Z");

	private static OrderBackend backend;

	private static Orders legacy;

	private static Orders postgres;

	@BeforeAll
	static void start() {
		backend = OrderBackend.start();
		legacy = backend.side("legacyOrders");
		postgres = backend.side("postgresOrders");
	}

	@AfterAll
	static void stop() {
		backend.close();
	}

	@ParameterizedTest
	@EnumSource
	void everyKindOfOrderComesBackAsItWasStored(MigrationOrigin origin) {
		Random random = new Random(1);
		for (Customer customer : SampleOrders.customers()) {
			Order stored = side(origin).save(SampleOrders.next(random, customer).at(NOW));
			assertThat(stored.id()).isNotNull();
			assertThat(side(origin).findById(id(stored))).contains(stored);
			assertThat(side(origin).findByCustomer(customer.id())).contains(stored);
		}
	}

	@ParameterizedTest
	@EnumSource
	void mirroredOrderIsTheSameOnTheOtherSide(MigrationOrigin origin) {
		Order result = side(origin).save(order(2));
		assertThat(side(origin.other()).save(result)).isEqualTo(result);
		Order changed = side(origin).save(result.withStatus(OrderStatus.PAID, NOW.plusSeconds(1)));
		side(origin.other()).save(changed);
		assertThat(side(origin.other()).findById(id(result))).contains(changed);
	}

	@ParameterizedTest
	@EnumSource
	void earlierVersionNeverReplacesLaterOne(MigrationOrigin origin) {
		Order first = side(origin).save(order(3));
		Order second = side(origin).save(first.withStatus(OrderStatus.PAID, NOW.plusSeconds(1)));
		assertThat(side(origin).save(first)).isEqualTo(second);
		assertThat(side(origin).findById(id(first))).contains(second);
	}

	@ParameterizedTest
	@EnumSource
	void ofTwoChangesOfOneVersionTheFirstStays(MigrationOrigin origin) {
		Order order = side(origin).save(order(4));
		Order paid = side(origin).save(order.withStatus(OrderStatus.PAID, NOW.plusSeconds(1)));
		assertThat(side(origin).save(order.withStatus(OrderStatus.CANCELLED, NOW.plusSeconds(2)))).isEqualTo(paid);
	}

	@ParameterizedTest
	@EnumSource
	void putSetsWhateverWasThere(MigrationOrigin origin) {
		Order first = side(origin).save(order(10));
		Order second = side(origin).save(first.withStatus(OrderStatus.PAID, NOW.plusSeconds(1)));
		store(origin).put(id(first), first);
		assertThat(store(origin).find(id(first))).contains(first);
		store(origin).put(id(first), second);
		assertThat(store(origin).find(id(first))).contains(second);
		Order other = order(11).withId(id(first));
		store(origin).put(id(first), other);
		assertThat(store(origin).find(id(first))).contains(other);
	}

	@ParameterizedTest
	@EnumSource
	void removedOrderIsGoneWithItsLinesAndCanComeBack(MigrationOrigin origin) {
		Order order = side(origin).save(order(12));
		store(origin).remove(id(order));
		assertThat(store(origin).find(id(order))).isEmpty();
		store(origin).remove(id(order));
		store(origin).put(id(order), order);
		assertThat(store(origin).find(id(order))).contains(order);
	}

	@Test
	void idsOfBothSidesNeverMeet() {
		for (int i = 0; i < 3; i++) {
			Order ofOld = legacy.save(order(5));
			assertThat(postgres.findById(id(ofOld))).isEmpty();
			postgres.save(ofOld);
			Order ofNew = postgres.save(order(6));
			assertThat(legacy.findById(id(ofNew))).isEmpty();
			legacy.save(ofNew);
			assertThat(id(ofNew)).isGreaterThan(id(ofOld));
		}
	}

	@ParameterizedTest
	@EnumSource
	void keysComePageByPage(MigrationOrigin origin) {
		List<Long> ids = Stream.of(order(7), order(8), order(9))
			.map(side(origin)::save)
			.map(OrderStoreTests::id)
			.toList();
		assertThat(store(origin).keysAfter(ids.get(0) - 1, 2)).isEqualTo(ids.subList(0, 2));
		assertThat(store(origin).keysAfter(ids.get(1), 1)).isEqualTo(ids.subList(2, 3));
		assertThat(store(origin).keysAfter(null, 1)).hasSize(1);
	}

	private static Orders side(MigrationOrigin origin) {
		return (origin == MigrationOrigin.OLD) ? legacy : postgres;
	}

	private static KeyedStore<Long, Order> store(MigrationOrigin origin) {
		return backend.stores().of(origin);
	}

	private static Order order(long seed) {
		return SampleOrders.next(new Random(seed), CUSTOMER).at(NOW.truncatedTo(ChronoUnit.MICROS));
	}

	private static long id(Order order) {
		return Objects.requireNonNull(order.id());
	}

}
