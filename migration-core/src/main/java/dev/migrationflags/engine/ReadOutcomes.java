package dev.migrationflags.engine;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.ComparisonResult;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.engine.metrics.WarnOnce;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with the outcomes of a dual read, in whatever mode it runs: measured, held
 * against the secondary, compared. Nothing here throws.
 */
final class ReadOutcomes {

	private static final Logger logger = LoggerFactory.getLogger(ReadOutcomes.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final OperationMeters meters;

	private final SecondaryGate gate;

	private final ReadCheck check;

	ReadOutcomes(OperationMeters meters, SecondaryGate gate, ReadCheck check) {
		this.meters = meters;
		this.gate = gate;
		this.check = check;
	}

	ReadCheck check() {
		return this.check;
	}

	/**
	 * A side has ended in time.
	 */
	void ended(MigrationStage stage, Attempt attempt, long nanos) {
		attempt.record(this.meters, stage, nanos);
	}

	/**
	 * The secondary has taken longer than it may.
	 */
	void timedOut(MigrationStage stage, long nanos) {
		this.meters.timeout(stage, stage.authority().other(), nanos);
		this.meters.compared(stage, ComparisonResult.TIMEOUT);
		this.gate.of(stage.authority().other()).failed();
	}

	/**
	 * Both sides are there, but their comparison takes longer than it may.
	 */
	void comparisonTimedOut(MigrationStage stage) {
		this.meters.compared(stage, ComparisonResult.TIMEOUT);
	}

	/**
	 * There was no room for the secondary, or for the comparison.
	 */
	void saturated() {
		this.meters.skipped(SkipReason.SATURATED);
	}

	/**
	 * Holds a failure against the secondary, unless the authority failed too: the entity
	 * may just not exist.
	 */
	void judge(boolean authorityFailed, Attempt secondary) {
		Breaker breaker = this.gate.of(secondary.side());
		if (secondary.failed() && !authorityFailed) {
			breaker.failed();
		}
		else {
			breaker.succeeded();
		}
	}

	/**
	 * Both sides have run one after the other on the caller's thread, which waits.
	 * @param begin when the first of them began
	 */
	void evaluate(Call call, MigrationStage stage, long begin, Attempt authoritative, long authoritativeNanos,
			Attempt secondary, long secondaryNanos) {
		long now = begin + authoritativeNanos + secondaryNanos;
		try {
			authoritative.record(this.meters, stage, authoritativeNanos, now);
			secondary.record(this.meters, stage, secondaryNanos, now);
			judge(authoritative.failed(), secondary);
			if (this.check.wanted()) {
				this.check.tell(call, stage, this.check.find(authoritative, secondary), begin);
			}
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	/**
	 * Something of ours went wrong that must not reach the caller.
	 */
	void failed(Throwable cause) {
		this.trouble.warn("A dual read could not be evaluated", cause);
	}

}
