package dev.migrationflags.engine.comparison;

import org.jspecify.annotations.Nullable;

/**
 * A value as it was when {@link ValueComparison#capture(Object)} saw it. What the caller
 * does to the value afterwards changes nothing here. Made on one thread, compared on
 * another.
 */
public final class Captured {

	private static final Captured NULL = new Captured(null, null);

	private static final Captured OVERSIZED = new Captured(null, Verdict.OVERSIZED);

	private final @Nullable Object root;

	private final @Nullable Verdict foregone;

	private Captured(@Nullable Object root, @Nullable Verdict foregone) {
		this.root = root;
		this.foregone = foregone;
	}

	static Captured of(@Nullable Object root) {
		return (root != null) ? new Captured(root, null) : NULL;
	}

	static Captured oversized() {
		return OVERSIZED;
	}

	static Captured failed(Throwable failure) {
		return new Captured(null, Verdict.error(failure));
	}

	/**
	 * The value, its structure as nodes.
	 */
	@Nullable Object root() {
		return this.root;
	}

	/**
	 * The verdict of every comparison with this value if it could not be captured.
	 */
	@Nullable Verdict foregone() {
		return this.foregone;
	}

	/**
	 * Says nothing of the value.
	 */
	@Override
	public String toString() {
		return "Captured";
	}

}
