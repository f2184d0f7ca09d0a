package dev.migrationflags.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;

/**
 * What operations that return a {@code Mono} have in common.
 */
final class Monos {

	static final Results RESULTS = new Results() {

		@Override
		public Object watched(@Nullable Object result, End end) {
			return mono(result).doOnSuccess((value) -> end.ended(null))
				.doOnError(end::ended)
				.doOnCancel(() -> end.ended(new CancellationException()));
		}

		@Override
		public Object within(@Nullable Object result, Observation observation) {
			return mono(result).contextWrite((outside) -> outside.put(ObservationThreadLocalAccessor.KEY, observation));
		}

	};

	private Monos() {
	}

	/**
	 * Calls an operation at each subscription. A subscription from inside the operation,
	 * which its context tells on whatever thread, runs the side that was called.
	 */
	static Mono<Object> deferred(Operation operation, Call call) {
		return Mono.deferContextual((context) -> {
			try {
				if (context.hasKey(operation)) {
					return mono(call.detach(call.called()).run());
				}
				return mono(operation.decided(call)).contextWrite((outside) -> outside.put(operation, Boolean.TRUE));
			}
			catch (Throwable ex) {
				return Mono.error(ex);
			}
		});
	}

	/**
	 * Begins a call once its flag has moved.
	 */
	static Mono<Object> later(Operation operation, Call call, CompletableFuture<@Nullable Void> opened) {
		return Fluxes.until(opened).publishOn(Schedulers.boundedElastic()).then(Mono.defer(() -> {
			try {
				return mono(operation.begin(call));
			}
			catch (Throwable ex) {
				return Mono.error(ex);
			}
		}));
	}

	/**
	 * Runs the authoritative side only, and measures it to its end. A cancelled one is
	 * not recorded.
	 */
	static Mono<Object> authoritative(Call call, MigrationStage stage, OperationMeters meters) throws Throwable {
		MigrationOrigin side = stage.authority();
		long start = System.nanoTime();
		Mono<Object> own;
		try {
			own = mono(call.detach(side).run());
		}
		catch (Throwable ex) {
			meters.failure(stage, side, ex, System.nanoTime() - start);
			throw ex;
		}
		return own.doOnSuccess((value) -> meters.success(stage, side, System.nanoTime() - start))
			.doOnError((ex) -> Attempt.threw(side, ex).recordAuthority(meters, stage, System.nanoTime() - start));
	}

	/**
	 * What a method returned: null is its mistake, and reaches whoever subscribes.
	 */
	@SuppressWarnings("unchecked")
	static Mono<Object> mono(@Nullable Object result) {
		return (result != null) ? (Mono<Object>) result
				: Mono.error(new NullPointerException("A migrated method returned null instead of a Mono"));
	}

	static void emit(MonoSink<Object> sink, Attempt attempt) {
		if (attempt.error() != null) {
			sink.error(attempt.error());
		}
		else {
			sink.success(attempt.value());
		}
	}

}
