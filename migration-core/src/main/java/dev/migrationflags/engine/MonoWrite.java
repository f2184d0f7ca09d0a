package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Follower.Flight;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Decision;

/**
 * A write that returns a {@code Mono}. Where both sides run, the caller's ends the way
 * the authoritative side's does, once the second write has ended or its time is up.
 */
final class MonoWrite extends Operation {

	private final AsyncWrites writes;

	MonoWrite(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			AsyncWrites writes) {
		super(spec, stages, reports, meters, Monos.RESULTS);
		this.writes = writes;
	}

	@Override
	public @Nullable Object execute(Call call) {
		return Monos.deferred(this, call);
	}

	@Override
	Object later(CompletableFuture<@Nullable Void> opened, Call call) {
		return Monos.later(this, call, opened);
	}

	@Override
	Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		return stage.writesBoth() ? Mono.create((sink) -> both(call, decision, sink)) : alone(call, decision);
	}

	private void both(Call call, Decision decision, MonoSink<Object> sink) {
		MigrationOrigin authority = decision.stage().authority();
		MonoFollower follower = new MonoFollower(sink.contextView());
		PendingWrite write = this.writes.write(call, decision, follower);
		try {
			Flight flight = follower.follow(authority, call.detach(authority).run(), (attempt) -> {
				write.authorityEnded(attempt);
				write.over().whenComplete((nothing, never) -> Monos.emit(sink, attempt));
			});
			sink.onCancel(() -> {
				write.authorityCancelled();
				flight.cancel();
			});
		}
		catch (Throwable ex) {
			write.authorityEnded(Attempt.threw(authority, ex));
			sink.error(ex);
		}
		finally {
			write.called();
		}
	}

	private Mono<Object> alone(Call call, Decision decision) throws Throwable {
		OpenWrite write = OpenWrite.alone(decision);
		try {
			return Monos.authoritative(call, decision.stage(), meters()).doFinally((end) -> write.over());
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
