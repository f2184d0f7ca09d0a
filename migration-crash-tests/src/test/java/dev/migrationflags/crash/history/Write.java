package dev.migrationflags.crash.history;

import org.jspecify.annotations.Nullable;

/**
 * A write or a removal, returned or not.
 */
final class Write {

	private final long value;

	private final long key;

	private final boolean removal;

	private final long called;

	private @Nullable Outcome outcome;

	private long acknowledged = Long.MAX_VALUE;

	Write(long value, long key, boolean removal, long called) {
		this.value = value;
		this.key = key;
		this.removal = removal;
		this.called = called;
	}

	void returned(Outcome outcome, long time) {
		this.outcome = outcome;
		if (outcome == Outcome.OK) {
			acknowledged(time);
		}
	}

	/**
	 * It is known to have happened: it returned, or somebody has seen its value.
	 */
	void acknowledged(long time) {
		this.acknowledged = Math.min(this.acknowledged, time);
	}

	long value() {
		return this.value;
	}

	long key() {
		return this.key;
	}

	boolean removal() {
		return this.removal;
	}

	long called() {
		return this.called;
	}

	@Nullable Outcome outcome() {
		return this.outcome;
	}

	long acknowledged() {
		return this.acknowledged;
	}

	@Override
	public String toString() {
		return (this.removal ? "removal " : "write ") + this.value + " called " + this.called + " "
				+ ((this.outcome != null) ? this.outcome : "never returned")
				+ ((this.acknowledged != Long.MAX_VALUE) ? " known " + this.acknowledged : "");
	}

}
