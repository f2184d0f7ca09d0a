package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.mark.NotCurrentException;
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

	private final AtomicReference<State> state;

	private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

	private volatile boolean marked;

	private volatile @Nullable Object value;

	private volatile @Nullable Watch patience;

	private long secondStart;

	PendingWrite(AsyncWrites writes, Call call, Decision decision, Follower follower) {
		this.writes = writes;
		this.call = call;
		this.stage = decision.stage();
		this.begun = decision.start(this.start);
		this.state = new AtomicReference<>((writes.marks() != null) ? State.MARKING : State.AUTHORITY);
		this.open = new OpenWrite(decision, writes.recent().announce(call),
				writes.outcomes().spec().isStrict() ? writes.outcomes().spec() : null);
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
	 * Marks the keys, where that may take its time.
	 * @param marks marks them
	 * @return completes there; {@link NotCurrentException} if the stage has to be decided
	 * anew
	 */
	CompletableFuture<@Nullable Void> mark(WriteMarks marks) {
		CompletableFuture<@Nullable Void> marked = new CompletableFuture<>();
		this.writes.callers().run(() -> {
			try {
				this.open.mark(marks.begin(this.call, this.open.decision(), this.start));
			}
			catch (Throwable ex) {
				this.state.set(State.ENDED);
				this.open.over();
				ReportedCall.secondaryOver(this.call);
				marked.completeExceptionally(ex);
				return;
			}
			this.marked = true;
			if (this.state.get() == State.ENDED) {
				this.open.over();
			}
			marked.complete(null);
		});
		return marked;
	}

	/**
	 * Calls the method of the authoritative side, its keys being marked.
	 * @param authority the side
	 * @return what it gave, or {@code null} if the caller has gone in the meantime
	 * @throws dev.migrationflags.MarkUnavailableException if it is too late for that
	 * @throws Throwable what the method has thrown; that has been noted
	 */
	@Nullable Object callMarked(SideCall authority) throws Throwable {
		if (!this.state.compareAndSet(State.MARKING, State.AUTHORITY)) {
			return null;
		}
		try {
			this.open.starting();
		}
		catch (Throwable ex) {
			this.state.set(State.ENDED);
			ReportedCall.secondaryOver(this.call);
			throw ex;
		}
		this.open.join();
		try {
			return authority.run();
		}
		catch (Throwable ex) {
			authorityEnded(Attempt.threw(this.stage.authority(), ex));
			throw ex;
		}
		finally {
			this.open.part();
		}
	}

	/**
	 * Whether the caller has gone before anything was written.
	 */
	boolean isOver() {
		return this.over.isDone();
	}

	/**
	 * What the caller gets once this is over.
	 */
	Attempt answer(Attempt attempt) {
		RuntimeException answer = attempt.failed() ? null : this.open.answer();
		return (answer != null) ? Attempt.threw(attempt.side(), answer) : attempt;
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
			this.open.stands();
			WriteMark mark = this.open.mark();
			if (mark != null && mark.isKeyUnknown()) {
				this.writes.callers().run(this::begin);
			}
			else {
				begin();
			}
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
		if (this.state.compareAndSet(State.MARKING, State.ENDED)) {
			if (this.marked) {
				this.writes.callers().run(this.open::over);
			}
			ReportedCall.secondaryOver(this.call);
			this.over.complete(null);
		}
		else if (this.state.compareAndSet(State.AUTHORITY, State.ENDED)) {
			this.writes.outcomes().unknown(this.open);
			WriteMark mark = this.open.mark();
			if (mark != null) {
				mark.abandon();
			}
			finish();
		}
	}

	private void begin() {
		SecondaryWrites outcomes = this.writes.outcomes();
		try {
			this.open.returned(this.call, this.value);
			if (tooLate()) {
				skip(SkipReason.DEADLINE);
			}
			else if (!outcomes.allows(this.stage.authority().other(), this.open)) {
				this.state.set(State.ENDED);
				finish();
			}
			else {
				this.patience = this.writes.secondaries().watchdog().after(this.writes.timeoutNanos(), this::giveUp);
				if (!this.writes.lane().submit(this)) {
					skip(SkipReason.SATURATED);
				}
				else if (!this.writes.awaited()) {
					this.over.complete(null);
				}
			}
		}
		catch (Throwable ex) {
			if (this.state.getAndSet(State.ENDED) != State.ENDED) {
				outcomes.failed(ex, this.open);
			}
			finish();
		}
	}

	private boolean tooLate() {
		return System.nanoTime() - this.begun >= this.writes.deadlineNanos();
	}

	private void skip(SkipReason reason) {
		if (end(State.WAITING)) {
			this.writes.outcomes().skipped(reason, this.open);
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
			this.writes.outcomes().skipped(reason, this.open);
			over(this::finishElsewhere);
		}
	}

	private void ended(Attempt attempt) {
		this.open.secondEnded(attempt.error());
		boolean inTime = end(State.RUNNING);
		if (inTime) {
			this.writes.outcomes()
				.ended(this.stage, attempt.unwrapped(), System.nanoTime() - this.secondStart, this.open);
		}
		over(inTime ? this::finishElsewhere : () -> {
		});
	}

	/**
	 * At the limit of the caller's patience. A second write that has begun goes on.
	 */
	private void giveUp() {
		boolean unbegun = end(State.WAITING);
		if (unbegun || end(State.RUNNING)) {
			this.writes.outcomes().timedOut(this.stage, this.writes.timeoutNanos(), this.open);
			ReportedCall.timedOut(this.call, this.stage.authority().other());
			if (unbegun) {
				over(this::finishElsewhere);
			}
			else {
				finishElsewhere();
			}
		}
	}

	private void finish() {
		over(() -> {
			ReportedCall.secondaryOver(this.call);
			this.over.complete(null);
		});
	}

	/**
	 * Neither side writes any more. If that has to be told to the store of marks now, it
	 * is told elsewhere, and the caller waits for it only if its answer depends on it.
	 */
	private void over(Runnable then) {
		WriteMark mark = this.open.mark();
		if (mark == null || mark.endsLater(this.open.isReached())) {
			this.open.over();
			then.run();
		}
		else if (mark.decidesAnswer()) {
			this.writes.callers().run(() -> {
				this.open.over();
				then.run();
			});
		}
		else {
			this.writes.callers().run(this.open::over);
			then.run();
		}
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

		MARKING, AUTHORITY, WAITING, RUNNING, ENDED

	}

}
