package dev.migrationflags.engine.sync;

import org.jspecify.annotations.Nullable;

/**
 * What came of the keys of a page. Used by one thread.
 */
final class Tally {

	private long done;

	private long differences;

	private long unsettled;

	private long failed;

	private @Nullable Throwable failure;

	void same() {
		this.done++;
	}

	void different() {
		this.done++;
		this.differences++;
	}

	/**
	 * A key that could not be copied or compared.
	 */
	void undecided() {
		this.done++;
		this.unsettled++;
	}

	/**
	 * A key that could not be copied or compared, as something failed.
	 * @param putOff whether it is looked at once more
	 */
	void failed(Throwable failure, boolean putOff) {
		this.done++;
		this.unsettled += putOff ? 0 : 1;
		this.failed++;
		this.failure = failure;
	}

	/**
	 * The keys of a page that are left behind, as none of them works.
	 */
	void leave(Tally page) {
		this.done += page.done;
		this.unsettled += page.done;
	}

	long done() {
		return this.done;
	}

	long differences() {
		return this.differences;
	}

	long unsettled() {
		return this.unsettled;
	}

	/**
	 * Whether nothing works, so that it is no matter of single keys.
	 */
	boolean isHopeless() {
		return this.failed > 0 && this.failed == this.done;
	}

	@Nullable Throwable failure() {
		return this.failure;
	}

}
