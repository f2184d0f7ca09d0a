package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Decision;

/**
 * A read: runs both sides in shadow and live, one side otherwise.
 */
final class ReadOperation extends Operation {

	private final DualReadGate gate;

	private final ReadMode mode;

	ReadOperation(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			SecondaryGate gate, CallerTransactions transactions, ReadMode mode) {
		super(spec, stages, reports, meters);
		this.gate = new DualReadGate(spec, meters, gate, transactions);
		this.mode = mode;
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		return this.gate.opens(stage) ? this.mode.read(call, stage) : authoritative(call, stage);
	}

}
