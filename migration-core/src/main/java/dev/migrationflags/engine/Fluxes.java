package dev.migrationflags.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;

/**
 * What operations that return a {@code Flux} have in common.
 */
final class Fluxes {

	static final Results RESULTS = new Results() {

		@Override
		public Object watched(@Nullable Object result, End end) {
			return flux(result).doOnComplete(() -> end.ended(null))
				.doOnError(end::ended)
				.doOnCancel(() -> end.ended(new CancellationException()));
		}

		@Override
		public Object within(@Nullable Object result, Observation observation) {
			return flux(result).contextWrite((outside) -> outside.put(ObservationThreadLocalAccessor.KEY, observation));
		}

	};

	private Fluxes() {
	}

	/**
	 * Calls an operation at each subscription. A subscription from inside the operation,
	 * which its context tells on whatever thread, runs the side that was called.
	 */
	static Flux<Object> deferred(Operation operation, Call call) {
		return Flux.deferContextual((context) -> {
			try {
				if (context.hasKey(operation)) {
					return flux(call.detach(call.called()).run());
				}
				return flux(operation.decided(call)).contextWrite((outside) -> outside.put(operation, Boolean.TRUE));
			}
			catch (Throwable ex) {
				return Flux.error(ex);
			}
		});
	}

	/**
	 * Begins a call once its flag has moved.
	 */
	static Flux<Object> later(Operation operation, Call call, CompletableFuture<@Nullable Void> opened) {
		return until(opened).publishOn(Schedulers.boundedElastic()).thenMany(Flux.defer(() -> {
			try {
				return flux(operation.begin(call));
			}
			catch (Throwable ex) {
				return Flux.error(ex);
			}
		}));
	}

	/**
	 * Runs the authoritative side only, and measures it to its end. A cancelled one is
	 * not recorded.
	 */
	static Flux<Object> authoritative(Call call, MigrationStage stage, OperationMeters meters) throws Throwable {
		MigrationOrigin side = stage.authority();
		long start = System.nanoTime();
		Flux<Object> own;
		try {
			own = flux(call.detach(side).run());
		}
		catch (Throwable ex) {
			meters.failure(stage, side, ex, System.nanoTime() - start);
			throw ex;
		}
		return own.doOnComplete(() -> meters.success(stage, side, System.nanoTime() - start))
			.doOnError((ex) -> Attempt.threw(side, ex).recordAuthority(meters, stage, System.nanoTime() - start));
	}

	/**
	 * What a method returned: null is its mistake, and reaches whoever subscribes.
	 */
	@SuppressWarnings("unchecked")
	static Flux<Object> flux(@Nullable Object result) {
		return (result != null) ? (Flux<Object>) result
				: Flux.error(new NullPointerException("A migrated method returned null instead of a Flux"));
	}

	/**
	 * Waits, without a thread and without anything to give.
	 */
	@SuppressWarnings({ "unchecked", "rawtypes" })
	static Mono<Object> until(CompletableFuture<@Nullable Void> over) {
		return Mono.fromFuture((CompletableFuture) over, true);
	}

}
