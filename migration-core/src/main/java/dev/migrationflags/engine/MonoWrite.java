package dev.migrationflags.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.Follower.Flight;
import dev.migrationflags.engine.mark.NotCurrentException;
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
		if (!stage.writesBoth()) {
			return alone(call, decision);
		}
		WriteMarks marks = this.writes.marks();
		return (marks == null) ? Mono.create((sink) -> both(call, decision, sink))
				: Mono.deferContextual((context) -> marked(marks, call, decision, new MonoFollower(context)));
	}

	/**
	 * Marks first, without holding up the thread that subscribes.
	 */
	private Mono<Object> marked(WriteMarks marks, Call call, Decision decision, MonoFollower follower) {
		PendingWrite write = this.writes.write(call, decision, follower);
		Call held = new HeldCall(call, call.context());
		MigrationOrigin authority = decision.stage().authority();
		SideCall own = this.writes.secondaries().carry(() -> write.callMarked(() -> held.run(authority)));
		CompletableFuture<@Nullable Void> marked = write.mark(marks);
		write.called();
		return Fluxes.until(marked)
			.then(Mono.create((sink) -> run(write, own, authority, follower, sink)))
			.onErrorResume(NotCurrentException.class,
					(ex) -> Mono.delay(Duration.ofNanos(WriteMarks.WAIT_NANOS), Schedulers.boundedElastic())
						.then(Mono.defer(() -> Monos.mono(anew(held)))))
			.doOnCancel(write::authorityCancelled);
	}

	private Object anew(Call held) {
		try {
			return execute(held, decideAnew(held));
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

	private static void run(PendingWrite write, SideCall own, MigrationOrigin authority, MonoFollower follower,
			MonoSink<Object> sink) {
		try {
			Object called = own.run();
			if (called == null && write.isOver()) {
				return;
			}
			Flight flight = follower.follow(authority, called, (attempt) -> {
				write.authorityEnded(attempt);
				write.over().whenComplete((nothing, never) -> Monos.emit(sink, write.answer(attempt)));
			});
			sink.onCancel(flight::cancel);
		}
		catch (Throwable ex) {
			sink.error(ex);
		}
	}

	private void both(Call call, Decision decision, MonoSink<Object> sink) {
		MigrationOrigin authority = decision.stage().authority();
		MonoFollower follower = new MonoFollower(sink.contextView());
		PendingWrite write = this.writes.write(call, decision, follower);
		try {
			Flight flight = follower.follow(authority, call.detach(authority).run(), (attempt) -> {
				write.authorityEnded(attempt);
				write.over().whenComplete((nothing, never) -> Monos.emit(sink, write.answer(attempt)));
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
