package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Decision;

/**
 * A read that returns a {@code Mono}.
 */
final class MonoRead extends Operation {

	private final AsyncReads reads;

	MonoRead(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			AsyncReads reads) {
		super(spec, stages, reports, meters, Monos.RESULTS);
		this.reads = reads;
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
	Object execute(Call call, Decision decision) {
		MigrationStage stage = decision.stage();
		return Mono.deferContextual((context) -> {
			MonoFollower follower = new MonoFollower(context);
			SecondaryRead secondary = this.reads.secondary(call, stage, follower);
			try {
				return (secondary != null) ? both(call, stage, follower, secondary)
						: Monos.authoritative(call, stage, meters());
			}
			catch (Throwable ex) {
				return Mono.error(ex);
			}
		});
	}

	private Mono<Object> both(Call call, MigrationStage stage, Follower follower, SecondaryRead secondary) {
		return Mono.create((sink) -> {
			PendingRead read = new PendingRead(this.reads, secondary, follower, stage,
					(attempt) -> Monos.emit(sink, attempt));
			try {
				read.start(call.detach(stage.authority()));
			}
			catch (Throwable ex) {
				sink.error(ex);
			}
			sink.onCancel(read::callerGone);
		});
	}

}
