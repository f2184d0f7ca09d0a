package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.Follower.Flight;
import dev.migrationflags.engine.mark.NotCurrentException;
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
		WriteMarks marks = this.writes.marks();
		if (marks != null) {
			return marked(marks, call, decision);
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
			write.over().whenComplete((nothing, never) -> Futures.complete(result, write.answer(attempt)));
		});
		result.whenComplete((value, error) -> {
			write.authorityCancelled();
			flight.cancel();
		});
		return result;
	}

	/**
	 * Marks first, without holding up the caller's thread.
	 */
	private CompletableFuture<@Nullable Object> marked(WriteMarks marks, Call call, Decision decision) {
		MigrationOrigin authority = decision.stage().authority();
		Secondaries secondaries = this.writes.secondaries();
		PendingWrite write = this.writes.write(call, decision, FutureFollower.INSTANCE);
		Call held = new HeldCall(call, call.context());
		SideCall own = secondaries.carry(() -> write.callMarked(() -> held.run(authority)));
		SideCall anew = secondaries.carry(() -> execute(held, decideAnew(held)));
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		AtomicReference<@Nullable Flight> flight = new AtomicReference<>();
		result.whenComplete((value, error) -> {
			write.authorityCancelled();
			cancel(flight.get());
		});
		write.mark(marks).whenComplete((nothing, error) -> {
			if (error instanceof NotCurrentException) {
				Await.pause(WriteMarks.WAIT_NANOS);
				Futures.begin(anew, result);
			}
			else if (error != null) {
				result.completeExceptionally(error);
			}
			else {
				flight.set(follow(write, own, authority, result));
				if (result.isDone()) {
					cancel(flight.get());
				}
			}
		});
		write.called();
		return result;
	}

	private static @Nullable Flight follow(PendingWrite write, SideCall own, MigrationOrigin authority,
			CompletableFuture<@Nullable Object> result) {
		try {
			return FutureFollower.INSTANCE.follow(authority, own.run(), (attempt) -> {
				write.authorityEnded(attempt);
				write.over().whenComplete((nothing, never) -> Futures.complete(result, write.answer(attempt)));
			});
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
			return null;
		}
	}

	private static void cancel(@Nullable Flight flight) {
		if (flight != null) {
			flight.cancel();
		}
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
