package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.engine.pool.PoolTask;
import dev.migrationflags.engine.pool.Watch;
import dev.migrationflags.flags.Decision;

/**
 * One dual write whose results come later: what becomes of the authoritative side, and
 * the second write, whose method is called on the pool.
 */
final class PendingWrite implements PoolTask {

	private final AsyncWrites writes;

	private final Call call;

	private final MigrationStage stage;

	private final SideCall second;

	private final OpenWrite open;

	private final long start = System.nanoTime();

	/** When the deadline began to run. */
	private final long begun;

	private final AtomicReference<State> state = new AtomicReference<>(State.AUTHORITY);

	private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

	private volatile @Nullable Object value;

	private volatile @Nullable Watch patience;

	private long secondStart;

	PendingWrite(AsyncWrites writes, Call call, Decision decision, Follower follower) {
		this.writes = writes;
		this.call = call;
		this.stage = decision.stage();
		this.begun = decision.start(this.start);
		this.open = new OpenWrite(decision, writes.recent().announce(call));
		ReportedCall.secondaryPending(call);
		MigrationOrigin other = this.stage.authority().other();
		this.second = writes.secondaries()
			.carry(() -> follower.follow(other, this.call.detachMirror(other, this.value).run(), this::ended));
	}

	/**
	 * Completes when the caller has nothing more to wait for: at once on the thread of
	 * the authoritative side, or on a thread of callers.
	 */
	CompletableFuture<@Nullable Void> over() {
		return this.over;
	}

	/**
	 * The method of the authoritative side has returned, or thrown, on the caller's
	 * thread.
	 */
	void called() {
		this.open.handOver();
	}

	/**
	 * The authoritative side has ended. If it failed, the other is not touched. If it was
	 * cancelled, nobody knows whether it has written: that counts like a second write
	 * that failed.
	 * @param attempt what it gave
	 */
	void authorityEnded(Attempt attempt) {
		if (attempt.cancelled()) {
			authorityCancelled();
			return;
		}
		boolean writes = !attempt.failed();
		if (!this.state.compareAndSet(State.AUTHORITY, writes ? State.WAITING : State.ENDED)) {
			return;
		}
		attempt.recordAuthority(this.writes.meters(), this.stage, System.nanoTime() - this.start);
		if (writes) {
			this.value = attempt.value();
			this.open.returned(attempt.value());
			begin();
		}
		else {
			finish();
		}
	}

	/**
	 * The caller does not want the result of the authoritative side any more. Without
	 * effect once that has ended: a second write is never cancelled.
	 */
	void authorityCancelled() {
		if (this.state.compareAndSet(State.AUTHORITY, State.ENDED)) {
			this.writes.outcomes().unknown();
			finish();
		}
	}

	private void begin() {
		SecondaryWrites outcomes = this.writes.outcomes();
		try {
			if (tooLate()) {
				skip(SkipReason.DEADLINE);
			}
			else if (!outcomes.allows(this.stage.authority().other())) {
				this.state.set(State.ENDED);
				finish();
			}
			else {
				this.patience = this.writes.secondaries().watchdog().after(this.writes.timeoutNanos(), this::giveUp);
				if (!this.writes.lane().submit(this)) {
					skip(SkipReason.SATURATED);
				}
			}
		}
		catch (Throwable ex) {
			if (this.state.getAndSet(State.ENDED) != State.ENDED) {
				outcomes.failed(ex);
			}
			finish();
		}
	}

	private boolean tooLate() {
		return System.nanoTime() - this.begun >= this.writes.deadlineNanos();
	}

	private void skip(SkipReason reason) {
		if (end(State.WAITING)) {
			this.writes.outcomes().skipped(reason);
			finish();
		}
	}

	/**
	 * Does not begin once the caller has given up: whoever reads the count of failures
	 * may already have acted on it.
	 */
	@Override
	public void run() {
		if (tooLate()) {
			dropped(SkipReason.DEADLINE);
			return;
		}
		if (!this.state.compareAndSet(State.WAITING, State.RUNNING)) {
			return;
		}
		this.secondStart = System.nanoTime();
		this.open.join();
		try {
			this.second.run();
		}
		catch (Throwable ex) {
			ended(Attempt.threw(this.stage.authority().other(), ex));
		}
		finally {
			this.open.part();
		}
	}

	@Override
	public void dropped() {
		dropped(SkipReason.SATURATED);
	}

	private void dropped(SkipReason reason) {
		if (end(State.WAITING)) {
			this.writes.outcomes().skipped(reason);
			this.open.over();
			finishElsewhere();
		}
	}

	private void ended(Attempt attempt) {
		this.open.over();
		if (end(State.RUNNING)) {
			this.writes.outcomes().ended(this.stage, attempt.unwrapped(), System.nanoTime() - this.secondStart);
			finishElsewhere();
		}
	}

	/**
	 * At the limit of the caller's patience. A second write that has begun goes on.
	 */
	private void giveUp() {
		boolean unbegun = end(State.WAITING);
		if (unbegun) {
			this.open.over();
		}
		if (unbegun || end(State.RUNNING)) {
			this.writes.outcomes().timedOut(this.stage, this.writes.timeoutNanos());
			ReportedCall.timedOut(this.call, this.stage.authority().other());
			finishElsewhere();
		}
	}

	private void finish() {
		this.open.over();
		ReportedCall.secondaryOver(this.call);
		this.over.complete(null);
	}

	/**
	 * On a thread of callers.
	 */
	private void finishElsewhere() {
		ReportedCall.secondaryOver(this.call);
		this.writes.callers().release(this.over);
	}

	private boolean end(State from) {
		boolean ended = this.state.compareAndSet(from, State.ENDED);
		if (ended) {
			Watch patience = this.patience;
			if (patience != null) {
				patience.end();
			}
		}
		return ended;
	}

	private enum State {

		AUTHORITY, WAITING, RUNNING, ENDED

	}

}
