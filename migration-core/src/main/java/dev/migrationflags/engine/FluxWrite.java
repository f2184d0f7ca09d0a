package dev.migrationflags.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.mark.NotCurrentException;
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
		if (!stage.writesBoth()) {
			return alone(call, decision);
		}
		WriteMarks marks = this.writes.marks();
		return (marks == null) ? Flux.deferContextual((context) -> both(call, decision, new FluxFollower(context)))
				: Flux.deferContextual((context) -> marked(marks, call, decision, new FluxFollower(context)));
	}

	/**
	 * Marks first, without holding up the thread that subscribes.
	 */
	private Flux<Object> marked(WriteMarks marks, Call call, Decision decision, FluxFollower follower) {
		PendingWrite write = this.writes.write(call, decision, follower);
		Call held = new HeldCall(call, call.context());
		MigrationOrigin authority = decision.stage().authority();
		SideCall own = this.writes.secondaries().carry(() -> write.callMarked(() -> held.run(authority)));
		CompletableFuture<@Nullable Void> marked = write.mark(marks);
		write.called();
		return Fluxes.until(marked)
			.thenMany(Flux.defer(() -> run(write, own, authority)))
			.onErrorResume(NotCurrentException.class,
					(ex) -> Mono.delay(Duration.ofNanos(WriteMarks.WAIT_NANOS), Schedulers.boundedElastic())
						.thenMany(Flux.defer(() -> Fluxes.flux(anew(held)))))
			.doOnCancel(write::authorityCancelled);
	}

	private Object anew(Call held) {
		try {
			return execute(held, decideAnew(held));
		}
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

	private static Flux<Object> run(PendingWrite write, SideCall own, MigrationOrigin authority) {
		try {
			Object called = own.run();
			return (called == null && write.isOver()) ? Flux.empty() : followed(write, Fluxes.flux(called), authority);
		}
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

	private static Flux<Object> followed(PendingWrite write, Flux<Object> own, MigrationOrigin authority) {
		return own.doOnComplete(() -> write.authorityEnded(Attempt.returned(authority, null)))
			.doOnError((ex) -> write.authorityEnded(Attempt.threw(authority, ex)))
			.doOnCancel(write::authorityCancelled)
			.concatWith(Fluxes.until(write.over()).then(Mono.defer(() -> {
				Throwable answer = write.answer(Attempt.returned(authority, null)).error();
				return (answer != null) ? Mono.error(answer) : Mono.empty();
			})));
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
		return followed(write, own, authority);
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
