package dev.migrationflags.engine;

import java.util.Objects;

import dev.migrationflags.Difference.Kind;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ResultComparator;
import dev.migrationflags.engine.comparison.ElementsCapture;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.metrics.ComparisonResult;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.pool.FairPool.Lane;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the outcomes of a dual read, and tells what it has found.
 */
final class ReadCheck {

	private static final Logger logger = LoggerFactory.getLogger(ReadCheck.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final OperationSpec spec;

	private final ValueComparison comparison;

	private final MismatchReporter reporter;

	private final OperationMeters meters;

	private final RecentWrites recent;

	private final @Nullable WriteMarks marks;

	/** Where to ask for marks, if the results are compared on the caller's thread. */
	private final @Nullable Lane lane;

	ReadCheck(OperationSpec spec, ValueComparison comparison, MismatchReporter reporter, OperationMeters meters,
			RecentWrites recent, @Nullable WriteMarks marks, @Nullable Lane lane) {
		this.spec = spec;
		this.comparison = comparison;
		this.reporter = reporter;
		this.meters = meters;
		this.recent = recent;
		this.marks = marks;
		this.lane = lane;
	}

	/**
	 * Whether a read that runs both sides now is compared; counted if the sample leaves
	 * it out.
	 */
	boolean wanted() {
		if (!this.spec.settings().comparison().enabled()) {
			return false;
		}
		if (!Sample.takes(this.spec.settings().read().checkSampling())) {
			this.meters.skipped(SkipReason.UNCHECKED);
			return false;
		}
		return true;
	}

	/**
	 * Fixes an authoritative value before the caller gets it, to be compared later. A
	 * comparator of the operation's own gets the value itself.
	 */
	Attempt capture(Attempt attempt) {
		return (attempt.failed() || this.spec.comparator() != null) ? attempt
				: Attempt.returned(attempt.side(), this.comparison.capture(attempt.value()));
	}

	/**
	 * Fixes values that come one after the other.
	 */
	ElementsCapture captureElements() {
		return this.comparison.captureElements();
	}

	/**
	 * Compares. Does not throw: who watches the comparison has to end that watch.
	 */
	Finding find(Attempt authoritative, Attempt secondary) {
		try {
			return compare(authoritative, secondary);
		}
		catch (Throwable ex) {
			return Finding.failed(ex);
		}
	}

	private Finding compare(Attempt authoritative, Attempt secondary) {
		boolean oldFirst = authoritative.side() == MigrationOrigin.OLD;
		Attempt oldSide = oldFirst ? authoritative : secondary;
		Attempt newSide = oldFirst ? secondary : authoritative;
		if (oldSide.error() == null && newSide.error() == null) {
			return find(oldSide.value(), newSide.value());
		}
		if (oldSide.error() == null) {
			return Finding.whole(ComparisonResult.NEW_ERROR, Kind.EXCEPTION);
		}
		if (newSide.error() == null) {
			return Finding.whole(ComparisonResult.OLD_ERROR, Kind.EXCEPTION);
		}
		return (oldSide.error().getClass() == newSide.error().getClass()) ? Finding.MATCH
				: Finding.whole(ComparisonResult.MISMATCH, Kind.EXCEPTION);
	}

	private Finding find(@Nullable Object oldValue, @Nullable Object newValue) {
		ResultComparator<Object> own = this.spec.comparator();
		if (own != null) {
			return find(own, oldValue, newValue);
		}
		return Finding.of(this.comparison.compare(oldValue, newValue));
	}

	private static Finding find(ResultComparator<Object> comparator, @Nullable Object oldValue,
			@Nullable Object newValue) {
		if (oldValue == null || newValue == null) {
			return (oldValue == newValue) ? Finding.MATCH : Finding.whole(ComparisonResult.MISMATCH, Kind.NULL);
		}
		try {
			return comparator.matches(oldValue, newValue) ? Finding.MATCH
					: Finding.whole(ComparisonResult.MISMATCH, Kind.VALUE);
		}
		catch (Throwable ex) {
			return Finding.failed(ex);
		}
	}

	/**
	 * Tells what has been found. A difference is none if the key was being written
	 * meanwhile: one side may have been read before the write, the other after it; or if
	 * it waits for repair.
	 * @param begin when the read began, before its first side ran
	 */
	void tell(Call call, MigrationStage stage, Finding finding, long begin) {
		if (finding.result() == null) {
			this.meters.skipped(SkipReason.OVERSIZED);
			return;
		}
		boolean differs = !finding.differences().isEmpty();
		Object key = differs ? call.key(null) : null;
		if (differs && this.recent.met(key, begin)) {
			this.meters.skipped(SkipReason.PENDING_REPAIR);
			return;
		}
		if (!differs || this.marks == null) {
			told(call, stage, finding, key);
		}
		else if (this.lane == null) {
			tellUnlessMarked(this.marks, call, stage, finding, key, begin);
		}
		else {
			tellUnlessMarked(this.marks, this.lane, call, stage, finding, key, begin);
		}
	}

	/**
	 * Does not let the caller wait for the store of marks.
	 */
	private void tellUnlessMarked(WriteMarks marks, Lane lane, Call call, MigrationStage stage, Finding finding,
			@Nullable Object key, long begin) {
		ReportedCall.secondaryPending(call);
		boolean room = lane.submit(() -> {
			try {
				tellUnlessMarked(marks, call, stage, finding, key, begin);
			}
			catch (Throwable ex) {
				this.trouble.warn("A difference could not be told", ex);
			}
			finally {
				ReportedCall.secondaryOver(call);
			}
		});
		if (!room) {
			this.meters.skipped(SkipReason.PENDING_REPAIR);
			ReportedCall.secondaryOver(call);
		}
	}

	private void tellUnlessMarked(WriteMarks marks, Call call, MigrationStage stage, Finding finding,
			@Nullable Object key, long begin) {
		if (marks.isMarked(key, this.recent, begin)) {
			this.meters.skipped(SkipReason.PENDING_REPAIR);
		}
		else {
			told(call, stage, finding, key);
		}
	}

	private void told(Call call, MigrationStage stage, Finding finding, @Nullable Object key) {
		this.meters.compared(stage, Objects.requireNonNull(finding.result()));
		ReportedCall.compared(call, finding);
		if (!finding.differences().isEmpty()) {
			this.reporter.report(this.spec.flag().key(), this.spec.name(), stage, key, finding.differences());
		}
		if (finding.failure() != null) {
			this.trouble.warn("The results of flag '%s', operation '%s' could not be compared"
				.formatted(this.spec.flag().key(), this.spec.name()), finding.failure());
		}
	}

}
