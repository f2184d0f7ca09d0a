package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;

/**
 * Whether a read runs both sides; counted if only a circumstance of the call keeps it
 * from that.
 */
final class DualReadGate {

	private final OperationSpec spec;

	private final OperationMeters meters;

	private final SecondaryGate breakers;

	private final CallerTransactions transactions;

	DualReadGate(OperationSpec spec, OperationMeters meters, SecondaryGate breakers, CallerTransactions transactions) {
		this.spec = spec;
		this.meters = meters;
		this.breakers = breakers;
		this.transactions = transactions;
	}

	boolean opens(MigrationStage stage) {
		return stage.readsBoth() && asksSecondary(stage);
	}

	private boolean asksSecondary(MigrationStage stage) {
		if (this.transactions.hasWritten(this.spec.flag())) {
			this.meters.skipped(SkipReason.IN_TRANSACTION);
			return false;
		}
		if (this.spec.flag().secondaryReadsStopped() && stage.authority() == MigrationOrigin.OLD) {
			this.meters.skipped(SkipReason.OPEN);
			return false;
		}
		if (!Sample.takes(this.spec.settings().read().sampling())) {
			this.meters.skipped(SkipReason.SAMPLED);
			return false;
		}
		if (!this.breakers.of(stage.authority().other()).allows()) {
			this.meters.skipped(SkipReason.OPEN);
			return false;
		}
		return true;
	}

}
