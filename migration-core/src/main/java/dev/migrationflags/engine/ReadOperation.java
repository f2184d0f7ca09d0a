package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;

/**
 * A read: runs both sides in shadow and live, one side otherwise.
 */
final class ReadOperation extends Operation {

	private final double sampling;

	private final SecondaryGate gate;

	private final CallerTransactions transactions;

	private final ReadMode mode;

	ReadOperation(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			SecondaryGate gate, CallerTransactions transactions, ReadMode mode) {
		super(spec, stages, reports, meters);
		this.transactions = transactions;
		this.sampling = spec.settings().read().sampling();
		this.gate = gate;
		this.mode = mode;
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		return (stage.readsBoth() && asksSecondary(stage)) ? this.mode.read(call, stage) : authoritative(call, stage);
	}

	private boolean asksSecondary(MigrationStage stage) {
		if (this.transactions.hasWritten(spec().flag())) {
			meters().skipped(SkipReason.IN_TRANSACTION);
			return false;
		}
		if (!Sample.takes(this.sampling)) {
			meters().skipped(SkipReason.SAMPLED);
			return false;
		}
		if (!this.gate.of(stage.authority().other()).allows()) {
			meters().skipped(SkipReason.OPEN);
			return false;
		}
		return true;
	}

}
