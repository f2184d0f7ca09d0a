package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Decision;

/**
 * A write that returns a {@code Flux}. Where both sides run, each element reaches the
 * caller as soon as it is there, and the end once the second write has ended or its time
 * is up. The second write does not see the elements.
 */
final class FluxWrite extends Operation {

	private final AsyncWrites writes;

	FluxWrite(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			AsyncWrites writes) {
		super(spec, stages, reports, meters, Fluxes.RESULTS);
		this.writes = writes;
	}

	@Override
	public @Nullable Object execute(Call call) {
		return Fluxes.deferred(this, call);
	}

	@Override
	Object later(CompletableFuture<@Nullable Void> opened, Call call) {
		return Fluxes.later(this, call, opened);
	}

	@Override
	Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		return stage.writesBoth() ? Flux.deferContextual((context) -> both(call, decision, new FluxFollower(context)))
				: alone(call, decision);
	}

	private Flux<Object> both(Call call, Decision decision, FluxFollower follower) {
		MigrationOrigin authority = decision.stage().authority();
		PendingWrite write = this.writes.write(call, decision, follower);
		Flux<Object> own;
		try {
			own = Fluxes.flux(call.detach(authority).run());
		}
		catch (Throwable ex) {
			own = Flux.error(ex);
		}
		finally {
			write.called();
		}
		return own.doOnComplete(() -> write.authorityEnded(Attempt.returned(authority, null)))
			.doOnError((ex) -> write.authorityEnded(Attempt.threw(authority, ex)))
			.doOnCancel(write::authorityCancelled)
			.concatWith(Fluxes.until(write.over()));
	}

	private Flux<Object> alone(Call call, Decision decision) throws Throwable {
		OpenWrite write = OpenWrite.alone(decision);
		try {
			return Fluxes.authoritative(call, decision.stage(), meters()).doFinally((end) -> write.over());
		}
		catch (Throwable ex) {
			write.over();
			throw ex;
		}
		finally {
			write.handOver();
		}
	}

}
