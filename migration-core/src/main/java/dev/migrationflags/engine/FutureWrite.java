package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Follower.Flight;
import dev.migrationflags.engine.metrics.OperationMeters;

/**
 * A write that returns a future. Where both sides run, the caller's future completes the
 * way the authoritative side's does, once the second write has ended or its time is up.
 */
final class FutureWrite extends Operation {

	private final AsyncWrites writes;

	FutureWrite(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			AsyncWrites writes) {
		super(spec, stages, reports, meters, Futures.RESULTS);
		this.writes = writes;
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		if (!stage.writesBoth()) {
			return Futures.authoritative(call, stage, meters());
		}
		MigrationOrigin authority = stage.authority();
		PendingWrite write = this.writes.write(call, decision, FutureFollower.INSTANCE);
		Object own;
		try {
			own = call.run(authority);
		}
		catch (Throwable ex) {
			write.authorityEnded(Attempt.threw(authority, ex));
			throw ex;
		}
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		Flight flight = FutureFollower.INSTANCE.follow(authority, own, (attempt) -> {
			write.authorityEnded(attempt);
			write.over().whenComplete((nothing, never) -> Futures.complete(result, attempt));
		});
		result.whenComplete((value, error) -> {
			write.authorityCancelled();
			flight.cancel();
		});
		return result;
	}

}
