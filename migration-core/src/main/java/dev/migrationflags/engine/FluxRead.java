package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.AsyncReads.Order;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.comparison.ElementsCapture;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Decision;

/**
 * A read that returns a {@code Flux}. Each element of the authoritative side reaches the
 * caller when the caller has asked for it and as soon as it is there; in a mode that
 * waits, it is the end that waits.
 */
final class FluxRead extends Operation {

	private final AsyncReads reads;

	FluxRead(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			AsyncReads reads) {
		super(spec, stages, reports, meters, Fluxes.RESULTS);
		this.reads = reads;
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
	Object execute(Call call, Decision decision) {
		MigrationStage stage = decision.stage();
		return Flux.deferContextual((context) -> {
			FluxFollower follower = new FluxFollower(context);
			SecondaryRead secondary = this.reads.secondary(call, stage, follower);
			try {
				return (secondary != null) ? both(call, stage, follower, secondary)
						: Fluxes.authoritative(call, stage, meters());
			}
			catch (Throwable ex) {
				return Flux.error(ex);
			}
		});
	}

	private Flux<Object> both(Call call, MigrationStage stage, FluxFollower follower, SecondaryRead secondary) {
		if (secondary.compared()) {
			follower.keep(this.reads.outcomes().check()::captureElements);
		}
		SideCall side = call.detach(stage.authority());
		if (secondary.order() == Order.AUTHORITY_FIRST) {
			return authority(side, stage, secondary);
		}
		secondary.start();
		if (secondary.order() == Order.TOGETHER) {
			return authority(side, stage, secondary);
		}
		SideCall carried = this.reads.secondaries().carry(side);
		return Fluxes.until(secondary.ended())
			.doOnCancel(secondary::cancel)
			.thenMany(Flux.defer(() -> authority(carried, stage, secondary)));
	}

	private Flux<Object> authority(SideCall side, MigrationStage stage, SecondaryRead secondary) {
		Watched watched = new Watched(stage.authority(), secondary);
		Flux<Object> own;
		try {
			own = Fluxes.flux(side.run());
		}
		catch (Throwable ex) {
			own = Flux.error(ex);
		}
		Flux<Object> passed = own.doOnNext(watched::next)
			.doOnComplete(watched::completed)
			.doOnError(watched::failed)
			.doOnCancel(secondary::cancel);
		if (!this.reads.awaited()) {
			return passed;
		}
		Mono<Object> over = Fluxes.until(secondary.over()).doOnCancel(secondary::cancel);
		return passed.onErrorResume((ex) -> over.then(Mono.error(ex))).concatWith(over);
	}

	/**
	 * Keeps what is compared before the caller gets it.
	 */
	private final class Watched {

		private final long start = System.nanoTime();

		private final MigrationOrigin side;

		private final SecondaryRead secondary;

		private final @Nullable ElementsCapture kept;

		Watched(MigrationOrigin side, SecondaryRead secondary) {
			this.side = side;
			this.secondary = secondary;
			this.kept = secondary.compared() ? FluxRead.this.reads.outcomes().check().captureElements() : null;
		}

		void next(Object element) {
			if (this.kept != null) {
				this.kept.add(element);
			}
		}

		void completed() {
			ended(Attempt.returned(this.side, (this.kept != null) ? this.kept.captured() : null));
		}

		void failed(Throwable error) {
			ended(Attempt.threw(this.side, error));
		}

		private void ended(Attempt attempt) {
			try {
				if (attempt.cancelled()) {
					this.secondary.cancel();
				}
				else {
					this.secondary.authorityEnded(attempt.unwrapped(), System.nanoTime() - this.start);
				}
			}
			catch (Throwable ex) {
				FluxRead.this.reads.outcomes().failed(ex);
				this.secondary.cancel();
			}
		}

	}

}
