package dev.migrationflags.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.WarnOnce;

/**
 * What is done with the two outcomes of a dual read, in whatever mode it ran: measured,
 * held against the secondary, compared. Nothing here throws.
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

	void bothEnded(Call call, MigrationStage stage, Attempt authoritative, long authoritativeNanos, Attempt secondary,
			long secondaryNanos) {
		try {
			authoritative.record(this.meters, stage, authoritativeNanos);
			secondaryEnded(stage, authoritative, secondary, secondaryNanos);
			if (this.check.wanted()) {
				this.check.compare(call, stage, authoritative, secondary);
			}
		}
		catch (Throwable ex) {
			this.trouble.warn("A dual read could not be evaluated", ex);
		}
	}

	/**
	 * A side that fails where the authority fails too is not to blame: the entity may
	 * just not exist.
	 */
	private void secondaryEnded(MigrationStage stage, Attempt authoritative, Attempt secondary, long nanos) {
		secondary.record(this.meters, stage, nanos);
		Breaker breaker = this.gate.of(secondary.side());
		if (secondary.failed() && !authoritative.failed()) {
			breaker.failed();
		}
		else {
			breaker.succeeded();
		}
	}

}
