package dev.migrationflags.engine;

import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.engine.pool.FairPool.Lane;

/**
 * What the dual reads of one operation share whose results come later.
 */
final class AsyncReads {

	/**
	 * How many secondaries of one operation may be under way at once: they occupy no
	 * thread that would limit them, and callers of detached reads do not wait.
	 */
	static final int UNDER_WAY = 1024;

	private final DualReadGate gate;

	private final ReadOutcomes outcomes;

	private final Secondaries secondaries;

	private final Lane lane;

	private final Callers callers;

	private final ReadExecution execution;

	private final long timeoutNanos;

	private final Semaphore underWay = new Semaphore(UNDER_WAY);

	AsyncReads(OperationSpec spec, DualReadGate gate, ReadOutcomes outcomes, Secondaries secondaries, Lane lane,
			Callers callers) {
		this.gate = gate;
		this.outcomes = outcomes;
		this.secondaries = secondaries;
		this.lane = lane;
		this.callers = callers;
		this.execution = spec.settings().read().execution();
		this.timeoutNanos = spec.settings().read().timeout().toNanos();
	}

	/**
	 * Prepares the secondary side of a call, on the caller's thread, whose context it
	 * takes along.
	 * @return the secondary, or {@code null} if only the authoritative side runs
	 */
	@Nullable SecondaryRead secondary(Call call, MigrationStage stage, Follower follower) {
		if (!this.gate.opens(stage)) {
			return null;
		}
		try {
			return new SecondaryRead(this, call, stage, follower, order());
		}
		catch (Throwable ex) {
			this.outcomes.failed(ex);
			return null;
		}
	}

	private Order order() {
		return switch (this.execution) {
			case DETACHED, SERIAL -> Order.AUTHORITY_FIRST;
			case CONCURRENT -> Order.TOGETHER;
			case RANDOM -> ThreadLocalRandom.current().nextBoolean() ? Order.SECONDARY_FIRST : Order.AUTHORITY_FIRST;
		};
	}

	/**
	 * Whether the caller gets the result only when the comparison is done.
	 */
	boolean awaited() {
		return this.execution != ReadExecution.DETACHED;
	}

	ReadOutcomes outcomes() {
		return this.outcomes;
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

	long timeoutNanos() {
		return this.timeoutNanos;
	}

	Semaphore underWay() {
		return this.underWay;
	}

	/**
	 * Which side begins.
	 */
	enum Order {

		AUTHORITY_FIRST, TOGETHER, SECONDARY_FIRST

	}

}
