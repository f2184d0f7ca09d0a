package dev.migrationflags.engine;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.Difference;
import dev.migrationflags.Difference.Kind;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ResultComparator;
import dev.migrationflags.engine.comparison.Captured;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.comparison.Verdict;
import dev.migrationflags.engine.metrics.ComparisonResult;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.engine.mismatch.MismatchReporter;

/**
 * Compares the outcomes of a dual read and reports what differs.
 */
final class ReadCheck {

	private static final Logger logger = LoggerFactory.getLogger(ReadCheck.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final OperationSpec spec;

	private final ValueComparison comparison;

	private final MismatchReporter reporter;

	private final OperationMeters meters;

	ReadCheck(OperationSpec spec, ValueComparison comparison, MismatchReporter reporter, OperationMeters meters) {
		this.spec = spec;
		this.comparison = comparison;
		this.reporter = reporter;
		this.meters = meters;
	}

	/**
	 * Whether this read is compared at all; counted if the sample leaves it out.
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
	 * Fixes the authoritative value before the caller gets it, to be compared later. A
	 * comparator of the operation's own gets the value itself.
	 */
	@Nullable Object capture(@Nullable Object value) {
		return (this.spec.comparator() != null) ? value : this.comparison.capture(value);
	}

	void compare(Call call, MigrationStage stage, Attempt authoritative, Attempt secondary) {
		boolean oldFirst = authoritative.side() == MigrationOrigin.OLD;
		Attempt oldSide = oldFirst ? authoritative : secondary;
		Attempt newSide = oldFirst ? secondary : authoritative;
		if (oldSide.error() != null || newSide.error() != null) {
			compareErrors(call, stage, oldSide.error(), newSide.error());
		}
		else {
			conclude(call, stage, verdict(oldSide.value(), newSide.value()));
		}
	}

	private void compareErrors(Call call, MigrationStage stage, @Nullable Throwable oldError,
			@Nullable Throwable newError) {
		if (oldError != null && newError != null) {
			conclude(call, stage, (oldError.getClass() == newError.getClass()) ? Verdict.MATCH
					: mismatch(List.of(new Difference("", Kind.EXCEPTION, null, null))));
			return;
		}
		this.meters.compared(stage, (oldError != null) ? ComparisonResult.OLD_ERROR : ComparisonResult.NEW_ERROR);
		report(call, stage, List.of(new Difference("", Kind.EXCEPTION, null, null)));
	}

	private Verdict verdict(@Nullable Object oldValue, @Nullable Object newValue) {
		ResultComparator<Object> own = this.spec.comparator();
		if (own != null) {
			return verdict(own, oldValue, newValue);
		}
		if (oldValue instanceof Captured captured) {
			return this.comparison.compare(captured, newValue);
		}
		if (newValue instanceof Captured captured) {
			return this.comparison.compare(oldValue, captured);
		}
		return this.comparison.compare(oldValue, newValue);
	}

	private Verdict verdict(ResultComparator<Object> comparator, @Nullable Object oldValue, @Nullable Object newValue) {
		if (oldValue == null || newValue == null) {
			return (oldValue == newValue) ? Verdict.MATCH
					: mismatch(List.of(new Difference("", Kind.NULL, null, null)));
		}
		try {
			return comparator.matches(oldValue, newValue) ? Verdict.MATCH
					: mismatch(List.of(new Difference("", Kind.VALUE, null, null)));
		}
		catch (Throwable ex) {
			return new Verdict(Verdict.Result.COMPARATOR_ERROR, List.of(), ex);
		}
	}

	private static Verdict mismatch(List<Difference> differences) {
		return new Verdict(Verdict.Result.MISMATCH, differences);
	}

	private void conclude(Call call, MigrationStage stage, Verdict verdict) {
		switch (verdict.result()) {
			case MATCH -> this.meters.compared(stage, ComparisonResult.MATCH);
			case OVERSIZED -> this.meters.skipped(SkipReason.OVERSIZED);
			case COMPARATOR_ERROR -> {
				this.meters.compared(stage, ComparisonResult.COMPARATOR_ERROR);
				if (verdict.failure() != null) {
					this.trouble.warn("The results of flag '%s', operation '%s' could not be compared"
						.formatted(this.spec.flag().key(), this.spec.name()), verdict.failure());
				}
			}
			case MISMATCH -> {
				this.meters.compared(stage, ComparisonResult.MISMATCH);
				report(call, stage, verdict.differences());
			}
		}
	}

	private void report(Call call, MigrationStage stage, List<Difference> differences) {
		this.reporter.report(this.spec.flag().key(), this.spec.name(), stage, call.key(null), differences);
	}

}
