package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Decision;

/**
 * A read that returns a future. Where one side runs, the caller gets the side's own
 * future; where both do, one of ours, which completes the way the authoritative side's
 * does.
 */
final class FutureRead extends Operation {

	private final AsyncReads reads;

	FutureRead(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			AsyncReads reads) {
		super(spec, stages, reports, meters, Futures.RESULTS);
		this.reads = reads;
	}

	@Override
	Object later(CompletableFuture<@Nullable Void> opened, Call call) {
		return Futures.later(this, call, opened, this.reads.secondaries(), this.reads.callers());
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		SecondaryRead secondary = this.reads.secondary(call, stage, FutureFollower.INSTANCE);
		return (secondary != null) ? both(call, stage, secondary) : Futures.authoritative(call, stage, meters());
	}

	private @Nullable Object both(Call call, MigrationStage stage, SecondaryRead secondary) throws Throwable {
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		PendingRead read = new PendingRead(this.reads, secondary, FutureFollower.INSTANCE, stage,
				(attempt) -> Futures.complete(result, attempt));
		read.start(() -> call.run(stage.authority()));
		result.whenComplete((value, error) -> read.callerGone());
		return result;
	}

}
