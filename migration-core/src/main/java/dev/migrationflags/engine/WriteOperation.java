package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;
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

	private final RecentWrites recent;

	WriteOperation(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			SecondaryWrites outcomes, SecondWrite second, RecentWrites recent) {
		super(spec, stages, reports, meters);
		this.outcomes = outcomes;
		this.second = second;
		this.recent = recent;
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		if (!stage.writesBoth()) {
			return authoritative(call, stage);
		}
		MigrationOrigin side = stage.authority();
		KeyNotice keys = this.recent.announce(call);
		long begin = System.nanoTime();
		Object value;
		try {
			value = call.run(side);
		}
		catch (Throwable ex) {
			meters().failure(stage, side, ex, System.nanoTime() - begin);
			keys.over();
			throw ex;
		}
		long end = System.nanoTime();
		writeSecond(call, stage, value, decision.start(begin), end, keys);
		// afterwards, so that the end of one side can be the start of the other
		meters().success(stage, side, end - begin, end);
		return value;
	}

	private void writeSecond(Call call, MigrationStage stage, @Nullable Object value, long start, long end,
			KeyNotice keys) {
		try {
			keys.returned(value);
			this.second.write(call, stage, value, start, end, keys);
		}
		catch (Throwable ex) {
			keys.over();
			this.outcomes.failed(ex);
		}
	}

}
