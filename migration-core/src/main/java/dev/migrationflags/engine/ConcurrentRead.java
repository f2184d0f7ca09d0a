package dev.migrationflags.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.pool.FairPool.Lane;
import dev.migrationflags.engine.pool.PoolTask;
import dev.migrationflags.engine.pool.Watch;
import org.jspecify.annotations.Nullable;

/**
 * Both sides at once, the authoritative one on the caller's thread. The caller waits for
 * the secondary and the comparison, together up to the limit.
 */
final class ConcurrentRead implements ReadMode {

	private final ReadOutcomes outcomes;

	private final Secondaries secondaries;

	private final Lane lane;

	private final long timeoutNanos;

	ConcurrentRead(ReadOutcomes outcomes, Secondaries secondaries, Lane lane, long timeoutNanos) {
		this.outcomes = outcomes;
		this.secondaries = secondaries;
		this.lane = lane;
		this.timeoutNanos = timeoutNanos;
	}

	@Override
	public @Nullable Object read(Call call, MigrationStage stage) throws Throwable {
		Task task = start(call, stage);
		MigrationOrigin authority = stage.authority();
		long start = System.nanoTime();
		Attempt authoritative;
		try {
			authoritative = Attempt.returned(authority, call.run(authority));
		}
		catch (Throwable ex) {
			authoritative = Attempt.threw(authority, ex);
		}
		try {
			long end = System.nanoTime();
			this.outcomes.ended(stage, authoritative, end - start);
			if (task != null) {
				task.authorityEnded(authoritative, end + this.timeoutNanos);
				task.await();
			}
		}
		catch (Throwable ex) {
			this.outcomes.failed(ex);
		}
		return authoritative.unwrap();
	}

	private @Nullable Task start(Call call, MigrationStage stage) {
		try {
			MigrationOrigin other = stage.authority().other();
			TimedSide side = new TimedSide(other, this.secondaries.carry(call.detach(other)),
					this.secondaries.watchdog());
			Task task = new Task(call, stage, side, System.nanoTime(), this.timeoutNanos);
			if (this.lane.submit(task)) {
				return task;
			}
			this.outcomes.saturated();
		}
		catch (Throwable ex) {
			this.outcomes.failed(ex);
		}
		return null;
	}

	/**
	 * The secondary side. Whichever side ends last sees to the comparison, which never
	 * runs on the caller's thread: it may hang.
	 */
	private final class Task implements PoolTask {

		private final Call call;

		private final MigrationStage stage;

		private final TimedSide side;

		private final long begin;

		/** When the secondary has to be done, wherever the authority is. */
		private final long deadline;

		/** Until when the caller waits; known once the authority has ended. */
		private volatile long latest;

		private final AtomicBoolean begun = new AtomicBoolean();

		private final AtomicReference<@Nullable Attempt> first = new AtomicReference<>();

		private final CountDownLatch done = new CountDownLatch(1);

		Task(Call call, MigrationStage stage, TimedSide side, long begin, long timeoutNanos) {
			this.call = call;
			this.stage = stage;
			this.side = side;
			this.begin = begin;
			this.deadline = begin + timeoutNanos;
			this.latest = this.deadline;
		}

		@Override
		public void run() {
			if (!this.begun.compareAndSet(false, true)) {
				return;
			}
			try {
				runSide();
			}
			catch (Throwable ex) {
				ConcurrentRead.this.outcomes.failed(ex);
				this.done.countDown();
			}
		}

		private void runSide() {
			long start = System.nanoTime();
			Attempt secondary = this.side.run(this.deadline - start, this::timedOut);
			if (secondary == null) {
				return;
			}
			ConcurrentRead.this.outcomes.ended(this.stage, secondary, System.nanoTime() - start);
			Attempt authoritative = this.first.compareAndExchange(null, secondary);
			if (authoritative != null) {
				compare(authoritative, secondary);
			}
		}

		private void timedOut() {
			ConcurrentRead.this.outcomes.timedOut(this.stage, ConcurrentRead.this.timeoutNanos);
			this.done.countDown();
		}

		/**
		 * The pool was closed before the secondary could begin.
		 */
		@Override
		public void dropped() {
			if (this.begun.compareAndSet(false, true)) {
				notCompared();
			}
		}

		private void notCompared() {
			ConcurrentRead.this.outcomes.saturated();
			this.done.countDown();
		}

		void authorityEnded(Attempt authoritative, long latest) {
			this.latest = latest;
			Attempt secondary = this.first.compareAndExchange(null, authoritative);
			if (secondary != null && !ConcurrentRead.this.lane.submit(new Comparison(authoritative, secondary))) {
				notCompared();
			}
		}

		private void compare(Attempt authoritative, Attempt secondary) {
			try {
				ReadOutcomes outcomes = ConcurrentRead.this.outcomes;
				outcomes.judge(authoritative.failed(), secondary);
				ReadCheck check = outcomes.check();
				if (check.wanted()) {
					Watch watch = this.side.watchdog()
						.watch(this.latest - System.nanoTime(), () -> outcomes.comparisonTimedOut(this.stage));
					Finding finding = check.find(authoritative, secondary);
					if (watch.end()) {
						check.tell(this.call, this.stage, finding, this.begin);
					}
				}
			}
			catch (Throwable ex) {
				ConcurrentRead.this.outcomes.failed(ex);
			}
			finally {
				this.done.countDown();
			}
		}

		/**
		 * Waits up to the limit: for the secondary since both began, for the comparison
		 * since the authority ended. A secondary that has not begun by then never does.
		 */
		void await() {
			if (Await.until(this.done, this.deadline)) {
				return;
			}
			if (this.begun.compareAndSet(false, true)) {
				timedOut();
			}
			else {
				Await.until(this.done, this.latest);
			}
		}

		/**
		 * The comparison, where the authority was the last to end.
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
				compare(this.authoritative, this.secondary);
			}

			@Override
			public void dropped() {
				notCompared();
			}

		}

	}

}
