package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.pool.FairPool.Lane;
import dev.migrationflags.engine.pool.PoolTask;
import dev.migrationflags.engine.pool.Watch;
import org.jspecify.annotations.Nullable;

/**
 * The authoritative side on the caller's thread; then the secondary on the pool, never
 * awaited. What it is compared with is fixed before the caller gets it.
 */
final class DetachedRead implements ReadMode {

	private final ReadOutcomes outcomes;

	private final Secondaries secondaries;

	private final Lane lane;

	private final long timeoutNanos;

	DetachedRead(ReadOutcomes outcomes, Secondaries secondaries, Lane lane, long timeoutNanos) {
		this.outcomes = outcomes;
		this.secondaries = secondaries;
		this.lane = lane;
		this.timeoutNanos = timeoutNanos;
	}

	@Override
	public @Nullable Object read(Call call, MigrationStage stage) throws Throwable {
		MigrationOrigin authority = stage.authority();
		long start = System.nanoTime();
		Object value;
		try {
			value = call.run(authority);
		}
		catch (Throwable ex) {
			handOver(call, stage, Attempt.threw(authority, ex), start);
			throw ex;
		}
		handOver(call, stage, Attempt.returned(authority, value), start);
		return value;
	}

	private void handOver(Call call, MigrationStage stage, Attempt authoritative, long begin) {
		try {
			this.outcomes.ended(stage, authoritative, System.nanoTime() - begin);
			MigrationOrigin other = stage.authority().other();
			TimedSide side = new TimedSide(other, this.secondaries.carry(call.detach(other)),
					this.secondaries.watchdog());
			ReadCheck check = this.outcomes.check();
			Attempt kept = check.wanted() ? check.capture(authoritative) : null;
			Task task = new Task(call, stage, begin, side, authoritative.failed(), kept,
					System.nanoTime() + this.timeoutNanos);
			ReportedCall.secondaryPending(call);
			if (!this.lane.submit(task)) {
				this.outcomes.saturated();
				ReportedCall.secondaryOver(call);
			}
		}
		catch (Throwable ex) {
			ReportedCall.secondaryOver(call);
			this.outcomes.failed(ex);
		}
	}

	/**
	 * The secondary side and, if there is something kept to compare it with, the
	 * comparison, for which the limit starts anew.
	 */
	private final class Task implements PoolTask {

		private final Call call;

		private final MigrationStage stage;

		private final long begin;

		private final TimedSide side;

		private final boolean authorityFailed;

		private final @Nullable Attempt kept;

		private final long latestBegin;

		Task(Call call, MigrationStage stage, long begin, TimedSide side, boolean authorityFailed,
				@Nullable Attempt kept, long latestBegin) {
			this.call = call;
			this.stage = stage;
			this.begin = begin;
			this.side = side;
			this.authorityFailed = authorityFailed;
			this.kept = kept;
			this.latestBegin = latestBegin;
		}

		/**
		 * Does not begin after it has waited for longer than it may take: meanwhile the
		 * data may have changed, which would look like a mismatch.
		 */
		@Override
		public void run() {
			long start = System.nanoTime();
			if (start - this.latestBegin > 0) {
				dropped();
				return;
			}
			try {
				run(start);
			}
			catch (Throwable ex) {
				DetachedRead.this.outcomes.failed(ex);
			}
			finally {
				ReportedCall.secondaryOver(this.call);
			}
		}

		private void run(long start) {
			ReadOutcomes outcomes = DetachedRead.this.outcomes;
			long limit = DetachedRead.this.timeoutNanos;
			Attempt secondary = this.side.run(limit, () -> {
				outcomes.timedOut(this.stage, limit);
				ReportedCall.secondaryOver(this.call);
			});
			if (secondary == null) {
				return;
			}
			outcomes.ended(this.stage, secondary, System.nanoTime() - start);
			outcomes.judge(this.authorityFailed, secondary);
			if (this.kept != null) {
				Watch watch = this.side.watchdog().watch(limit, () -> outcomes.comparisonTimedOut(this.stage));
				Finding finding = outcomes.check().find(this.kept, secondary);
				if (watch.end()) {
					outcomes.check().tell(this.call, this.stage, finding, this.begin);
				}
			}
		}

		@Override
		public void dropped() {
			DetachedRead.this.outcomes.saturated();
			ReportedCall.secondaryOver(this.call);
		}

	}

}
