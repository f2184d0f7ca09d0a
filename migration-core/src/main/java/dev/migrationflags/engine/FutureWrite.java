package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Follower.Flight;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Decision;

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
	Object later(CompletableFuture<@Nullable Void> opened, Call call) {
		return Futures.later(this, call, opened, this.writes.secondaries(), this.writes.callers());
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		if (!stage.writesBoth()) {
			return alone(call, decision);
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
		finally {
			write.called();
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

	private @Nullable Object alone(Call call, Decision decision) throws Throwable {
		OpenWrite write = OpenWrite.alone(decision);
		Object result;
		try {
			result = Futures.authoritative(call, decision.stage(), meters());
		}
		catch (Throwable ex) {
			write.over();
			throw ex;
		}
		write.handOver();
		FutureFollower.INSTANCE.follow(decision.stage().authority(), result, (attempt) -> write.over());
		return result;
	}

}
