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

	private @Nullable Comparison next;

	private long start;

	SecondaryRead(AsyncReads reads, Call call, MigrationStage stage, Follower follower, Order order) {
		this.reads = reads;
		this.call = call;
		this.stage = stage;
		this.order = order;
		MigrationOrigin other = stage.authority().other();
		SideCall detached = call.detach(other);
		this.side = reads.secondaries().carry(() -> follower.follow(other, detached.run(), this::ended));
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
	 * Completes when this side has ended or will not, whatever the reason; on a thread of
	 * callers.
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
			if (this.order == Order.TOGETHER) {
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
			this.reads.outcomes().failed(ex);
			dropped();
		}
	}

	@Override
	public void dropped() {
		if (end(State.WAITING)) {
			this.reads.outcomes().saturated();
			settle();
		}
	}

	@Override
	public void run() {
		if (!this.state.compareAndSet(State.WAITING, State.RUNNING)) {
			return;
		}
		this.start = System.nanoTime();
		long deadline = ((this.order == Order.TOGETHER) ? this.created : this.start) + this.reads.timeoutNanos();
		this.runner = Thread.currentThread();
		Watch method = this.reads.secondaries().watchdog().watch(deadline - this.start, this::timedOut);
		try {
			this.flight = (Flight) this.side.run();
		}
		catch (Throwable ex) {
			ended(Attempt.threw(this.stage.authority().other(), ex));
		}
		this.runner = null;
		boolean inTime = method.end();
		Comparison comparison = this.next;
		if (comparison != null) {
			comparison.run();
		}
		else if (this.state.get() == State.RUNNING) {
			this.limit = this.reads.secondaries().watchdog().after(deadline - System.nanoTime(), this::timedOut);
			if (this.state.get() == State.ENDED) {
				leave();
			}
		}
		if (!inTime || this.cancelled) {
			cancelFlight();
		}
	}

	private void ended(Attempt attempt) {
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
			this.reads.callers().run(this::cancelFlight);
			settle();
		}
	}

	/**
	 * The caller does not wait any longer. A secondary that has not begun by then never
	 * does.
	 */
	private void patienceEnded() {
		if (end(State.WAITING)) {
			this.reads.outcomes().timedOut(this.stage, this.reads.timeoutNanos());
		}
		settle();
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
		this.reads.outcomes().judge(authoritative.failed(), secondary);
		if (!this.compared) {
			settle();
			return;
		}
		Comparison comparison = new Comparison(authoritative, secondary);
		if (this.runner == Thread.currentThread()) {
			this.next = comparison;
		}
		else if (!this.reads.lane().submit(comparison)) {
			comparison.dropped();
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
		if (this.reads.awaited()) {
			this.reads.callers().release(this.ended);
			this.reads.callers().release(this.over);
		}
	}

	private static void end(@Nullable Watch watch) {
		if (watch != null) {
			watch.end();
		}
	}

	/**
	 * The comparison, for which the limit starts anew: it may come long after the caller
	 * has gone on.
	 */
	private final class Comparison implements PoolTask {

		private final Attempt authoritative;

		private final Attempt secondary;

		Comparison(Attempt authoritative, Attempt secondary) {
			this.authoritative = authoritative;
			this.secondary = secondary;
		}

		@Override
		public void run() {
			AsyncReads reads = SecondaryRead.this.reads;
			Watch watch = reads.secondaries().watchdog().watch(reads.timeoutNanos(), this::timedOut);
			Finding finding = reads.outcomes().check().find(this.authoritative, this.secondary);
			if (watch.end()) {
				reads.outcomes().check().tell(SecondaryRead.this.call, SecondaryRead.this.stage, finding);
				settle();
			}
		}

		private void timedOut() {
			SecondaryRead.this.reads.outcomes().comparisonTimedOut(SecondaryRead.this.stage);
			settle();
		}

		@Override
		public void dropped() {
			SecondaryRead.this.reads.outcomes().saturated();
			settle();
		}

	}

	private enum State {

		WAITING, RUNNING, ENDED

	}

}
