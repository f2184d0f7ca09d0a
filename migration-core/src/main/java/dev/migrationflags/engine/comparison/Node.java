package dev.migrationflags.engine.comparison;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The structure of a captured value that could change. What cannot change is captured as
 * itself.
 */
sealed interface Node {

	/**
	 * In place of what is not loaded, or not compared.
	 */
	Node ABSENT = new Absent();

	/**
	 * The type that it has in a comparison.
	 */
	Type type();

	/**
	 * Nothing that could be compared.
	 */
	record Absent() implements Node {

		@Override
		public Type type() {
			return Type.ABSENT;
		}

	}

	/**
	 * An object.
	 */
	final class OfObject implements Node {

		private final Type type;

		private final Object source;

		private final @Nullable Object[] values;

		OfObject(Type type, Object source) {
			this.type = type;
			this.source = source;
			this.values = new Object[type.size()];
		}

		@Override
		public Type type() {
			return this.type;
		}

		/**
		 * The object itself, which may have changed since.
		 */
		Object source() {
			return this.source;
		}

		@Nullable Object[] values() {
			return this.values;
		}

	}

	/**
	 * The elements of a collection or an array.
	 */
	final class OfElements implements Node {

		private final Type type;

		private final @Nullable Object[] elements;

		OfElements(Form form, @Nullable Object[] elements) {
			this.type = Type.of(form);
			this.elements = elements;
		}

		@Override
		public Type type() {
			return this.type;
		}

		@Nullable Object[] elements() {
			return this.elements;
		}

	}

	/**
	 * The entries of a map, by {@link MapKeys#canonical key}.
	 */
	final class OfMap implements Node {

		private final Map<@Nullable Object, @Nullable Object> entries;

		OfMap(Map<@Nullable Object, @Nullable Object> entries) {
			this.entries = entries;
		}

		@Override
		public Type type() {
			return Type.of(Form.MAP);
		}

		Map<@Nullable Object, @Nullable Object> entries() {
			return this.entries;
		}

	}

}
