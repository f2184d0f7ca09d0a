package dev.migrationflags.engine;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import org.jspecify.annotations.Nullable;

/**
 * A write: the authoritative side first, then, from dualwrite to rampdown, the other. If
 * the authoritative side throws, the other is not touched.
 */
final class WriteOperation extends Operation {

	private final SecondaryWrites outcomes;

	private final SecondWrite second;

	WriteOperation(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			SecondaryWrites outcomes, SecondWrite second) {
		super(spec, stages, reports, meters);
		this.outcomes = outcomes;
		this.second = second;
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		if (!stage.writesBoth()) {
			return authoritative(call, stage);
		}
		long start = decision.start();
		Object value = authoritative(call, stage);
		try {
			this.second.write(call, stage, value, start);
		}
		catch (Throwable ex) {
			this.outcomes.failed(ex);
		}
		return value;
	}

}
