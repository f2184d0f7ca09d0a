package dev.migrationflags.sample.rehearsal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.migrationflags.sample.orders.Address;
import dev.migrationflags.sample.orders.Customer;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderLine;
import dev.migrationflags.sample.orders.OrderStatus;

import static org.assertj.core.api.Assertions.assertThat;

class StoreComparisonTests {

	private static final Instant NOW = Instant.parse("2026-01-31T12:34:56.123456Z");

	private static final Customer ZOE = new Customer("C-1", "Zoë", "zoe@example.org");

	private static final Address HOME = new Address("Weg 1", "8001", "Zürich", "CH");

	private static final OrderLine PEN = new OrderLine("A", "Pen", 1, new BigDecimal("1.00"));

	private static final OrderLine INK = new OrderLine("B", "Ink", 2, new BigDecimal("2.00"));

	private static final Order ORDER = new Order(1L, 1, ZOE, HOME, "CHF", OrderStatus.PLACED, null, List.of(PEN, INK),
			NOW, NOW);

	@Test
	void equalOrdersAreCounted() {
		StoreComparison result = compare(Map.of(1L, ORDER), Map.of(1L, ORDER));
		assertThat(result).isEqualTo(new StoreComparison(1, 2, List.of()));
	}

	@Test
	void missingOrderIsFoundOnEitherSide() {
		assertThat(compare(Map.of(1L, ORDER), Map.of()).findings()).containsExactly("order 1 is missing in right");
		assertThat(compare(Map.of(), Map.of(1L, ORDER)).findings()).containsExactly("order 1 is missing in left");
	}

	static Stream<Map.Entry<String, Order>> everyColumn() {
		return Stream.of(
				Map.entry("version",
						new Order(1L, 2, ZOE, HOME, "CHF", OrderStatus.PLACED, null, List.of(PEN, INK), NOW, NOW)),
				Map.entry("customer",
						new Order(1L, 1, new Customer("C-1", "Zoe", "zoe@example.org"), HOME, "CHF", OrderStatus.PLACED,
								null, List.of(PEN, INK), NOW, NOW)),
				Map.entry("shipTo",
						new Order(1L, 1, ZOE, new Address("Weg 1", "", "Zürich", "CH"), "CHF", OrderStatus.PLACED, null,
								List.of(PEN, INK), NOW, NOW)),
				Map.entry("currency",
						new Order(1L, 1, ZOE, HOME, "EUR", OrderStatus.PLACED, null, List.of(PEN, INK), NOW, NOW)),
				Map.entry("status",
						new Order(1L, 1, ZOE, HOME, "CHF", OrderStatus.PAID, null, List.of(PEN, INK), NOW, NOW)),
				Map.entry("note",
						new Order(1L, 1, ZOE, HOME, "CHF", OrderStatus.PLACED, "", List.of(PEN, INK), NOW, NOW)),
				Map.entry("createdAt",
						new Order(1L, 1, ZOE, HOME, "CHF", OrderStatus.PLACED, null, List.of(PEN, INK),
								NOW.plusNanos(1000), NOW)),
				Map.entry("updatedAt",
						new Order(1L, 1, ZOE, HOME, "CHF", OrderStatus.PLACED, null, List.of(PEN, INK), NOW,
								NOW.plusNanos(1000))),
				Map.entry("lines[1]",
						new Order(1L, 1, ZOE, HOME, "CHF", OrderStatus.PLACED, null, List.of(PEN), NOW, NOW)),
				Map.entry("lines[0], lines[1]",
						new Order(1L, 1, ZOE, HOME, "CHF", OrderStatus.PLACED, null, List.of(INK, PEN), NOW, NOW)));
	}

	@ParameterizedTest
	@MethodSource("everyColumn")
	void differenceInAnyColumnIsFoundAndNamed(Map.Entry<String, Order> other) {
		assertThat(compare(Map.of(1L, ORDER), Map.of(1L, other.getValue())).findings())
			.containsExactly("order 1 differs between left and right in " + other.getKey());
	}

	private static StoreComparison compare(Map<Long, Order> left, Map<Long, Order> right) {
		return StoreComparison.of("left", left, "right", right);
	}

}
