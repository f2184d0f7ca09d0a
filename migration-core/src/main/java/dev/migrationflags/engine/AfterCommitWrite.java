package dev.migrationflags.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.engine.pool.FairPool.Lane;
import dev.migrationflags.engine.pool.PoolTask;
import dev.migrationflags.engine.pool.Watch;
import org.jspecify.annotations.Nullable;

/**
 * Once the caller's transaction has committed, or at once when there is none; on a thread
 * of the pool, where that transaction is not bound, while the caller waits up to the
 * limit.
 */
final class AfterCommitWrite implements SecondWrite {

	private final SecondaryWrites outcomes;

	private final Secondaries secondaries;

	private final Lane lane;

	private final CallerTransactions transactions;

	private final long timeoutNanos;

	private final long deadlineNanos;

	private final boolean awaited;

	AfterCommitWrite(SecondaryWrites outcomes, Secondaries secondaries, Lane lane, CallerTransactions transactions) {
		this.outcomes = outcomes;
		this.secondaries = secondaries;
		this.lane = lane;
		this.transactions = transactions;
		this.timeoutNanos = outcomes.spec().settings().write().patience().toNanos();
		this.deadlineNanos = outcomes.spec().settings().write().deadline().toNanos();
		this.awaited = outcomes.spec().settings().write().await();
	}

	@Override
	public @Nullable RuntimeException write(Call call, MigrationStage stage, @Nullable Object value, long start,
			long end, OpenWrite open) {
		MigrationOrigin side = stage.authority().other();
		SideCall second = this.secondaries.carry(call.detachMirror(side, value));
		Write write = new Write(call, second, stage, start + this.deadlineNanos, open);
		String manager = this.outcomes.spec().managers().of(stage.authority());
		ReportedCall.secondaryPending(call);
		if (this.transactions.defer(manager, write)) {
			return null;
		}
		write.committed();
		return write.answer();
	}

	/**
	 * One second write, from the authoritative one to its end.
	 */
	private final class Write implements CallerTransactions.Deferred, PoolTask {

		private final Call call;

		private final SideCall side;

		private final MigrationStage stage;

		private final long deadline;

		private final OpenWrite open;

		private final CountDownLatch done = new CountDownLatch(1);

		private volatile @Nullable Watch patience;

		private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

		Write(Call call, SideCall side, MigrationStage stage, long deadline, OpenWrite open) {
			this.call = call;
			this.side = side;
			this.stage = stage;
			this.deadline = deadline;
			this.open = open;
		}

		@Override
		public void committed() {
			SecondaryWrites outcomes = AfterCommitWrite.this.outcomes;
			boolean goesOn = false;
			this.open.stands();
			try {
				if (System.nanoTime() - this.deadline >= 0) {
					outcomes.skipped(SkipReason.DEADLINE, this.open);
				}
				else if (outcomes.allows(this.stage.authority().other(), this.open)) {
					goesOn = AfterCommitWrite.this.awaited ? submitAndWait() : submit();
				}
			}
			catch (Throwable ex) {
				outcomes.failed(ex, this.open);
			}
			finally {
				if (goesOn) {
					this.open.handOver();
				}
				else {
					this.open.over();
				}
				if (!goesOn || AfterCommitWrite.this.awaited) {
					ReportedCall.secondaryOver(this.call);
				}
			}
		}

		/**
		 * Does not wait. At the limit the write is given up all the same, so that a side
		 * that hangs is noticed.
		 * @return whether the write goes on
		 */
		private boolean submit() {
			long timeout = AfterCommitWrite.this.timeoutNanos;
			this.patience = AfterCommitWrite.this.secondaries.watchdog().after(timeout, this::giveUp);
			if (AfterCommitWrite.this.lane.submit(this)) {
				return true;
			}
			if (this.state.compareAndSet(State.WAITING, State.ENDED)) {
				AfterCommitWrite.this.outcomes.skipped(SkipReason.SATURATED, this.open);
			}
			endPatience();
			return false;
		}

		/**
		 * A write that has not begun is over when its turn comes: the thread that tells
		 * of the limit must not wait for the store of marks.
		 */
		private void giveUp() {
			if (this.state.compareAndSet(State.WAITING, State.GIVEN_UP)
					|| this.state.compareAndSet(State.RUNNING, State.GIVEN_UP)) {
				AfterCommitWrite.this.outcomes.timedOut(this.stage, AfterCommitWrite.this.timeoutNanos, this.open);
				ReportedCall.timedOut(this.call, this.stage.authority().other());
			}
		}

		private void endPatience() {
			Watch patience = this.patience;
			if (patience != null) {
				patience.end();
			}
		}

		/**
		 * Waits up to the limit.
		 * @return whether the write goes on, given up
		 */
		private boolean submitAndWait() {
			SecondaryWrites outcomes = AfterCommitWrite.this.outcomes;
			if (!AfterCommitWrite.this.lane.submit(this)) {
				outcomes.skipped(SkipReason.SATURATED, this.open);
				return false;
			}
			long timeout = AfterCommitWrite.this.timeoutNanos;
			if (Await.until(this.done, System.nanoTime() + timeout)) {
				return false;
			}
			State last = this.state.getAndSet(State.GIVEN_UP);
			if (last != State.ENDED) {
				outcomes.timedOut(this.stage, timeout, this.open);
			}
			return last == State.RUNNING;
		}

		@Override
		public void rolledBack() {
			AfterCommitWrite.this.outcomes.rolledBack();
			this.open.over();
			ReportedCall.secondaryOver(this.call);
		}

		@Override
		public void unknown() {
			AfterCommitWrite.this.outcomes.unknown(this.open);
			this.open.over();
			ReportedCall.secondaryOver(this.call);
		}

		/**
		 * Does not begin once the caller has given up: whoever reads the count of
		 * failures may already have acted on it. One that has begun is not interrupted,
		 * which some drivers answer by closing the connection.
		 */
		@Override
		public void run() {
			if (!this.state.compareAndSet(State.WAITING, State.RUNNING)) {
				endUnawaited();
				return;
			}
			this.open.join();
			try {
				runSide();
			}
			finally {
				this.open.part();
				this.open.over();
				this.done.countDown();
				endUnawaited();
			}
		}

		/**
		 * Where nobody waits, nobody else tells of the end.
		 */
		private void endUnawaited() {
			if (!AfterCommitWrite.this.awaited) {
				endPatience();
				this.open.over();
				ReportedCall.secondaryOver(this.call);
			}
		}

		private void runSide() {
			if (System.nanoTime() - this.deadline >= 0) {
				// counted once: the caller may be giving up at this moment
				if (this.state.compareAndSet(State.RUNNING, State.ENDED)) {
					AfterCommitWrite.this.outcomes.skipped(SkipReason.DEADLINE, this.open);
				}
				return;
			}
			MigrationOrigin side = this.stage.authority().other();
			long begin = System.nanoTime();
			Attempt attempt;
			try {
				attempt = Attempt.returned(side, this.side.run());
			}
			catch (Throwable ex) {
				attempt = Attempt.threw(side, ex);
			}
			long nanos = System.nanoTime() - begin;
			this.open.secondEnded(attempt.error());
			if (this.state.compareAndSet(State.RUNNING, State.ENDED)) {
				AfterCommitWrite.this.outcomes.ended(this.stage, attempt, nanos, this.open);
			}
		}

		@Override
		public void dropped() {
			if (this.state.compareAndSet(State.WAITING, State.ENDED)) {
				AfterCommitWrite.this.outcomes.skipped(SkipReason.SATURATED, this.open);
				this.done.countDown();
			}
			endUnawaited();
		}

		@Override
		public @Nullable RuntimeException answer() {
			return this.open.answer();
		}

	}

	private enum State {

		WAITING, RUNNING, ENDED, GIVEN_UP

	}

}
