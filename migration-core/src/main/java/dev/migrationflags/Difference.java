package dev.migrationflags;

import org.jspecify.annotations.Nullable;

/**
 * One difference between the results of the two sides.
 *
 * @param path where: {@code lines[2].price}; empty for the result itself
 * @param kind in what way
 * @param oldValue the old side's value; {@code null} unless
 * {@code migration.mismatches.include-values} is on
 * @param newValue the new side's value; {@code null} unless
 * {@code migration.mismatches.include-values} is on
 */
public record Difference(String path, Kind kind, @Nullable Object oldValue, @Nullable Object newValue) {

	/**
	 * Path and kind, without the values.
	 */
	@Override
	public String toString() {
		return (this.path.isEmpty() ? "(result)" : this.path) + " " + this.kind;
	}

	/**
	 * In what way two results differ.
	 */
	public enum Kind {

		/**
		 * Two values of one type are not equal.
		 */
		VALUE,

		/**
		 * The values are of types that cannot be equal.
		 */
		TYPE,

		/**
		 * One is null or an empty optional, the other is not.
		 */
		NULL,

		/**
		 * The new side lacks an element.
		 */
		MISSING,

		/**
		 * The new side has an element more.
		 */
		EXTRA,

		/**
		 * The sizes differ, where elements cannot be named.
		 */
		SIZE,

		/**
		 * The same elements in another order.
		 */
		ORDER,

		/**
		 * The sides threw different exceptions, or only one of them threw.
		 */
		EXCEPTION

	}

}
