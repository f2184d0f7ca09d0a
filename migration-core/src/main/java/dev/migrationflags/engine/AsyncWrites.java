package dev.migrationflags.engine;

import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.pool.FairPool.Lane;
import dev.migrationflags.flags.Decision;
import org.jspecify.annotations.Nullable;

/**
 * What the dual writes of one operation share whose results come later. Transactions of
 * the caller's thread do not apply to them, so both timings mean the same: once the
 * authoritative write has completed.
 */
final class AsyncWrites {

	private final SecondaryWrites outcomes;

	private final OperationMeters meters;

	private final Secondaries secondaries;

	private final Lane lane;

	private final Callers callers;

	private final RecentWrites recent;

	private final @Nullable WriteMarks marks;

	private final long timeoutNanos;

	private final long deadlineNanos;

	AsyncWrites(SecondaryWrites outcomes, OperationMeters meters, Secondaries secondaries, Lane lane, Callers callers,
			RecentWrites recent, @Nullable WriteMarks marks) {
		this.outcomes = outcomes;
		this.meters = meters;
		this.secondaries = secondaries;
		this.lane = lane;
		this.callers = callers;
		this.recent = recent;
		this.marks = marks;
		this.timeoutNanos = outcomes.spec().settings().write().patience().toNanos();
		this.deadlineNanos = outcomes.spec().settings().write().deadline().toNanos();
	}

	/**
	 * Prepares a dual write, on the caller's thread, whose context it takes along.
	 */
	PendingWrite write(Call call, Decision decision, Follower follower) {
		return new PendingWrite(this, call, decision, follower);
	}

	SecondaryWrites outcomes() {
		return this.outcomes;
	}

	OperationMeters meters() {
		return this.meters;
	}

	Secondaries secondaries() {
		return this.secondaries;
	}

	Lane lane() {
		return this.lane;
	}

	Callers callers() {
		return this.callers;
	}

	RecentWrites recent() {
		return this.recent;
	}

	/**
	 * Marks keys, if they are marked.
	 */
	@Nullable WriteMarks marks() {
		return this.marks;
	}

	boolean awaited() {
		return this.outcomes.spec().settings().write().await();
	}

	long timeoutNanos() {
		return this.timeoutNanos;
	}

	long deadlineNanos() {
		return this.deadlineNanos;
	}

}
