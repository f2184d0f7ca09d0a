package dev.migrationflags.engine;

import dev.migrationflags.flags.Decision;
import dev.migrationflags.flags.InFlight;
import org.jspecify.annotations.Nullable;

/**
 * One write that is under way: from the decision of its stage, before anything is
 * written, until neither side writes any more, whatever has come of it. The one place
 * where an operation begins and is over. Nothing here throws.
 */
final class OpenWrite implements CallerTransactions.Deferred {

	private final Decision decision;

	private final KeyNotice keys;

	private final InFlight.Ticket ticket;

	/**
	 * Begins, on the thread that has decided.
	 */
	OpenWrite(Decision decision, KeyNotice keys) {
		this.decision = decision;
		this.keys = keys;
		this.ticket = decision.position().inFlight().ticket();
	}

	/**
	 * A write of one side.
	 */
	static OpenWrite alone(Decision decision) {
		return new OpenWrite(decision, KeyNotice.NONE);
	}

	Decision decision() {
		return this.decision;
	}

	/**
	 * The authoritative side has returned.
	 */
	void returned(@Nullable Object value) {
		this.keys.returned(value);
	}

	/**
	 * The thread that has begun this goes on, and will not be the one that ends it.
	 */
	void handOver() {
		this.ticket.handOver();
	}

	/**
	 * The current thread, another one, runs a side: what that side calls is part of this
	 * write.
	 */
	void join() {
		this.ticket.inFlight().join();
	}

	/**
	 * Ends {@link #join()}.
	 */
	void part() {
		this.ticket.inFlight().part();
	}

	/**
	 * Neither side writes any more. Only the first time counts.
	 */
	void over() {
		this.keys.over();
		this.ticket.leave();
	}

	@Override
	public void committed() {
		over();
	}

	@Override
	public void rolledBack() {
		over();
	}

	@Override
	public void unknown() {
		over();
	}

}
