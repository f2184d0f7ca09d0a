package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;

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
	Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		return stage.writesBoth() ? Flux.deferContextual((context) -> both(call, decision, new FluxFollower(context)))
				: Fluxes.authoritative(call, stage, meters());
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
		return own.doOnComplete(() -> write.authorityEnded(Attempt.returned(authority, null)))
			.doOnError((ex) -> write.authorityEnded(Attempt.threw(authority, ex)))
			.doOnCancel(write::authorityCancelled)
			.concatWith(Fluxes.until(write.over()));
	}

}
