package dev.migrationflags.engine.comparison;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The way from the results to the two values that are being compared, and those that lie
 * on it: the path of a difference, and the end of cycles.
 */
final class Trail {

	/**
	 * Deeper values are not compared, so that the stack of any thread suffices.
	 */
	static final int MAX_DEPTH = 256;

	private Object[] oldValues = new Object[8];

	private Object[] newValues = new Object[8];

	private @Nullable Object[] names = new Object[8];

	private int[] indexes = new int[8];

	private int depth;

	/**
	 * Goes into two values.
	 * @return {@code false} if they lie on the way already
	 */
	boolean enter(Object oldValue, Object newValue) {
		for (int i = 0; i < this.depth; i++) {
			if (this.oldValues[i] == oldValue && this.newValues[i] == newValue) {
				return false;
			}
		}
		if (this.depth == MAX_DEPTH) {
			throw Budget.OversizedException.INSTANCE;
		}
		if (this.depth == this.names.length) {
			int length = this.depth * 2;
			this.oldValues = Arrays.copyOf(this.oldValues, length);
			this.newValues = Arrays.copyOf(this.newValues, length);
			this.names = Arrays.copyOf(this.names, length);
			this.indexes = Arrays.copyOf(this.indexes, length);
		}
		this.oldValues[this.depth] = oldValue;
		this.newValues[this.depth] = newValue;
		this.names[this.depth] = null;
		this.depth++;
		return true;
	}

	void leave() {
		this.depth--;
	}

	int depth() {
		return this.depth;
	}

	/**
	 * Back to where the trail was before something was thrown.
	 */
	void backTo(int depth) {
		this.depth = depth;
	}

	void atName(String name) {
		this.names[this.depth - 1] = name;
	}

	void atIndex(int index) {
		this.names[this.depth - 1] = null;
		this.indexes[this.depth - 1] = index;
	}

	void atKey(@Nullable Object key, boolean show) {
		this.names[this.depth - 1] = new Key(key, show);
	}

	/**
	 * The path as text.
	 */
	String path() {
		StringBuilder path = new StringBuilder();
		for (int i = 0; i < this.depth; i++) {
			Object name = this.names[i];
			if (name == null) {
				path.append('[').append(this.indexes[i]).append(']');
			}
			else if (name instanceof Key key) {
				path.append('[').append(MapKeys.shown(key.key, key.show)).append(']');
			}
			else {
				path.append(path.isEmpty() ? "" : ".").append(name);
			}
		}
		return path.toString();
	}

	private record Key(@Nullable Object key, boolean show) {
	}

}
