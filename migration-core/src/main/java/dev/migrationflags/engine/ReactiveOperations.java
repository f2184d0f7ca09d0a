package dev.migrationflags.engine;

import dev.migrationflags.engine.Operation.StageDecision;
import dev.migrationflags.engine.metrics.OperationMeters;
import reactor.core.scheduler.Schedulers;

/**
 * Makes the operations whose results are subscribed to. The only way to them: where
 * Reactor is absent, nobody comes here.
 */
final class ReactiveOperations {

	private ReactiveOperations() {
	}

	static Operation read(ResultKind kind, OperationSpec spec, StageDecision stages, OperationReports reports,
			OperationMeters meters, AsyncReads reads) {
		return (kind == ResultKind.MONO) ? new MonoRead(spec, stages, reports, meters, reads)
				: new FluxRead(spec, stages, reports, meters, reads);
	}

	static Operation write(ResultKind kind, OperationSpec spec, StageDecision stages, OperationReports reports,
			OperationMeters meters, AsyncWrites writes) {
		return (kind == ResultKind.MONO) ? new MonoWrite(spec, stages, reports, meters, writes)
				: new FluxWrite(spec, stages, reports, meters, writes);
	}

	/**
	 * Those threads of Reactor on which code may block.
	 */
	static Callers callers() {
		return new Callers(Schedulers.boundedElastic()::schedule);
	}

}
