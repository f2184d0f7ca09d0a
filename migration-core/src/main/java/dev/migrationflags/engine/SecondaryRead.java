package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.AsyncReads.Order;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.Follower.Flight;
import dev.migrationflags.engine.pool.PoolTask;
import dev.migrationflags.engine.pool.Watch;

/**
 * The secondary side of one dual read whose results come later, from its start to the
 * comparison. Its method is called on the pool; between its return and its end it
 * occupies no thread. Whichever side ends last sees to the comparison, on the pool.
 */
final class SecondaryRead implements PoolTask {

	private final AsyncReads reads;

	private final Call call;

	private final MigrationStage stage;

	private final Order order;

	private final SideCall side;

	private final boolean compared;

	private final long created = System.nanoTime();

	private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

	private final AtomicReference<@Nullable Attempt> first = new AtomicReference<>();

	private final AtomicBoolean permit = new AtomicBoolean();

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

	private volatile boolean cancelled;

	private volatile @Nullable Flight flight;

	private volatile @Nullable Watch limit;

	private volatile @Nullable Watch patience;

	private volatile @Nullable Thread runner;

	private @Nullable Attempt early;

	private volatile long submitted;

	private volatile long start;

	SecondaryRead(AsyncReads reads, Call call, MigrationStage stage, Follower follower, Order order) {
		this.reads = reads;
		this.call = call;
		this.stage = stage;
		this.order = order;
		MigrationOrigin other = stage.authority().other();
		SideCall detached = call.detach(other);
		this.side = reads.secondaries().carry(() -> follower.follow(other, detached.run(), this::ended));
		ReportedCall.secondaryPending(call);
		this.compared = reads.outcomes().check().wanted();
	}

	Order order() {
		return this.order;
	}

	/**
	 * Whether the authoritative result has to be captured.
	 */
	boolean compared() {
		return this.compared;
	}

	/**
	 * Completes when this side has ended or will not, whatever the reason, if it is the
	 * first; on a thread of callers.
	 */
	CompletableFuture<@Nullable Void> ended() {
		return this.ended;
	}

	/**
	 * Completes when a caller has nothing more to wait for, if callers wait at all; on a
	 * thread of callers.
	 */
	CompletableFuture<@Nullable Void> over() {
		return this.over;
	}

	/**
	 * Begins, if there is room.
	 */
	void start() {
		try {
			if (!this.reads.underWay().tryAcquire()) {
				dropped();
				return;
			}
			this.permit.set(true);
			this.submitted = System.nanoTime();
			if (this.reads.awaited()) {
				this.patience = this.reads.secondaries()
					.watchdog()
					.after(this.reads.timeoutNanos(), this::patienceEnded);
			}
			if (!this.reads.lane().submit(this)) {
				dropped();
			}
			else if (this.state.get() == State.ENDED) {
				leave();
			}
		}
		catch (Throwable ex) {
			end(State.WAITING);
			failed(ex);
		}
	}

	@Override
	public void dropped() {
		if (end(State.WAITING)) {
			this.reads.outcomes().saturated();
			settle();
		}
	}

	/**
	 * Does not begin after it has waited for longer than it may take: meanwhile the data
	 * may have changed, which would look like a mismatch.
	 */
	@Override
	public void run() {
		if (System.nanoTime() - this.submitted > this.reads.timeoutNanos()) {
			patienceEnded();
			return;
		}
		if (!this.state.compareAndSet(State.WAITING, State.RUNNING)) {
			return;
		}
		try {
			runSide();
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	private void failed(Throwable cause) {
		this.reads.outcomes().failed(cause);
		end(State.RUNNING);
		settle();
	}

	private void runSide() {
		this.start = System.nanoTime();
		long deadline = ((this.order == Order.TOGETHER) ? this.created : this.start) + this.reads.timeoutNanos();
		this.runner = Thread.currentThread();
		Watch method = this.reads.secondaries().watchdog().watch(deadline - this.start, this::timedOut);
		try {
			this.flight = (Flight) this.side.run();
		}
		catch (Throwable ex) {
			this.early = Attempt.threw(this.stage.authority().other(), ex);
		}
		boolean inTime = method.end();
		Attempt early = this.early;
		if (!inTime) {
			timedOut();
		}
		else if (early != null) {
			measured(early);
		}
		else {
			this.limit = this.reads.secondaries().watchdog().after(deadline - System.nanoTime(), this::timedOut);
		}
		this.runner = null;
		if (this.state.get() == State.ENDED) {
			leave();
		}
		if (!inTime || this.cancelled) {
			cancelFlight();
		}
	}

	/**
	 * A side that has ended when its method returns may have done so because of the
	 * interrupt at its limit: that is looked at first.
	 */
	private void ended(Attempt attempt) {
		if (this.runner == Thread.currentThread()) {
			this.early = attempt;
		}
		else {
			measured(attempt);
		}
	}

	private void measured(Attempt attempt) {
		if (!end(State.RUNNING)) {
			return;
		}
		Attempt secondary = attempt.unwrapped();
		this.reads.outcomes().ended(this.stage, secondary, System.nanoTime() - this.start);
		Attempt authoritative = this.first.compareAndExchange(null, secondary);
		if (authoritative != null) {
			evaluate(authoritative, secondary);
		}
		else if (this.order == Order.SECONDARY_FIRST) {
			this.reads.callers().release(this.ended);
		}
	}

	private void timedOut() {
		if (end(State.RUNNING)) {
			this.reads.outcomes().timedOut(this.stage, this.reads.timeoutNanos());
			ReportedCall.timedOut(this.call, this.stage.authority().other());
			this.reads.callers().run(this::cancelFlight);
			settle();
		}
	}

	/**
	 * A secondary that has not begun within its time never does.
	 */
	private void patienceEnded() {
		if (this.order != Order.TOGETHER) {
			dropped();
		}
		else if (end(State.WAITING)) {
			this.reads.outcomes().timedOut(this.stage, this.reads.timeoutNanos());
			settle();
		}
	}

	/**
	 * The authoritative side has ended.
	 * @param kept what it gave, fixed so that it can be compared later
	 * @param nanos how long it took
	 */
	void authorityEnded(Attempt kept, long nanos) {
		this.reads.outcomes().ended(this.stage, kept, nanos);
		Attempt secondary = this.first.compareAndExchange(null, kept);
		if (secondary != null) {
			evaluate(kept, secondary);
		}
		else if (this.order == Order.AUTHORITY_FIRST) {
			start();
		}
	}

	private void evaluate(Attempt authoritative, Attempt secondary) {
		try {
			this.reads.outcomes().judge(authoritative.failed(), secondary);
			if (!this.compared) {
				settle();
				return;
			}
			PendingComparison comparison = new PendingComparison(this.reads, this.call, this.stage, this.created,
					authoritative, secondary, this::settle);
			if (this.runner == Thread.currentThread()) {
				comparison.run();
			}
			else {
				comparison.submit();
			}
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	/**
	 * The caller has gone: nothing that follows is counted.
	 */
	void cancel() {
		this.cancelled = true;
		if (end(State.WAITING) || end(State.RUNNING)) {
			this.reads.callers().run(this::cancelFlight);
		}
		settle();
	}

	private void cancelFlight() {
		Flight flight = this.flight;
		if (flight != null) {
			try {
				flight.cancel();
			}
			catch (Throwable ex) {
				this.reads.outcomes().failed(ex);
			}
		}
	}

	private boolean end(State from) {
		boolean ended = this.state.compareAndSet(from, State.ENDED);
		if (ended) {
			leave();
		}
		return ended;
	}

	private void leave() {
		end(this.limit);
		if (this.permit.getAndSet(false)) {
			this.reads.underWay().release();
		}
	}

	private void settle() {
		end(this.patience);
		ReportedCall.secondaryOver(this.call);
		if (this.order == Order.SECONDARY_FIRST) {
			this.reads.callers().release(this.ended);
		}
		if (this.reads.awaited()) {
			this.reads.callers().release(this.over);
		}
	}

	private static void end(@Nullable Watch watch) {
		if (watch != null) {
			watch.end();
		}
	}

	private enum State {

		WAITING, RUNNING, ENDED

	}

}
