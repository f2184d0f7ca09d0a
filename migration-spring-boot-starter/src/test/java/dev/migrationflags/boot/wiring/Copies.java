package dev.migrationflags.boot.wiring;

import dev.migrationflags.boot.wiring.ExpressionTests.Order;

/**
 * A type of the application that expressions use.
 */
public final class Copies {

	private Copies() {
	}

	public static Object copy(Object order) {
		Order original = (Order) order;
		return new Order(original.id() + 1, "copy of " + original.text());
	}

}
