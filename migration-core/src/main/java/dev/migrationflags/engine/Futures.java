package dev.migrationflags.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.Follower.Flight;
import dev.migrationflags.engine.metrics.OperationMeters;

/**
 * What operations that return futures have in common.
 */
final class Futures {

	static final Results RESULTS = (result, end) -> {
		FutureFollower.INSTANCE.follow(MigrationOrigin.OLD, result,
				(attempt) -> end.ended(attempt.unwrapped().error()));
		return result;
	};

	private Futures() {
	}

	/**
	 * Runs the authoritative side only, and measures it to its end. A cancelled one is
	 * not recorded.
	 * @return the side's own future
	 */
	static @Nullable Object authoritative(Call call, MigrationStage stage, OperationMeters meters) throws Throwable {
		MigrationOrigin side = stage.authority();
		long start = System.nanoTime();
		Object result;
		try {
			result = call.run(side);
		}
		catch (Throwable ex) {
			meters.failure(stage, side, ex, System.nanoTime() - start);
			throw ex;
		}
		FutureFollower.INSTANCE.follow(side, result,
				(attempt) -> attempt.recordAuthority(meters, stage, System.nanoTime() - start));
		return result;
	}

	/**
	 * Begins a call once its flag has moved, with what belongs to the caller's thread.
	 */
	static CompletableFuture<@Nullable Object> later(Operation operation, Call call,
			CompletableFuture<@Nullable Void> opened, Secondaries secondaries, Callers callers) {
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		SideCall begin = secondaries.carry(() -> operation.begin(call));
		opened.whenComplete((nothing, never) -> callers.run(() -> {
			if (!result.isDone()) {
				begin(begin, result);
			}
		}));
		return result;
	}

	static void begin(SideCall begin, CompletableFuture<@Nullable Object> result) {
		try {
			Flight flight = FutureFollower.INSTANCE.follow(MigrationOrigin.OLD, begin.run(),
					(attempt) -> complete(result, attempt));
			result.whenComplete((value, error) -> {
				if (error instanceof CancellationException) {
					flight.cancel();
				}
			});
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
	}

	/**
	 * Completes the caller's future the way the side's was: the same exception, wrapped
	 * no further.
	 */
	static void complete(CompletableFuture<@Nullable Object> result, Attempt attempt) {
		if (attempt.error() != null) {
			result.completeExceptionally(attempt.error());
		}
		else {
			result.complete(attempt.value());
		}
	}

}
