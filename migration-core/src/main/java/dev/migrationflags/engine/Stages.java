package dev.migrationflags.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageUnknownException;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.Decision;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.Gate;
import dev.migrationflags.flags.Position;

/**
 * Decides the stage of a call, once, for both sides. A write is counted as in flight from
 * then on.
 */
final class Stages implements Operation.StageDecision {

	private static final Logger logger = LoggerFactory.getLogger(Stages.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final ContextSource contexts;

	private final EngineMeters meters;

	private final PinnedStages pinned;

	Stages(ContextSource contexts, EngineMeters meters, PinnedStages pinned) {
		this.contexts = contexts;
		this.meters = meters;
		this.pinned = pinned;
	}

	@Override
	public Decision decide(OperationSpec spec, Call call) {
		Flag flag = spec.flag();
		HeldCaller held = null;
		while (true) {
			Position position = flag.position();
			Gate gate = position.gate();
			if (gate != null && !passes(flag, position, gate)) {
				held = (held != null) ? held : new HeldCaller();
				held.await(flag, gate);
			}
			else {
				Decision decision = decide(spec, call, position);
				if (decision != null) {
					return decision;
				}
			}
			if (held != null && held.isOver()) {
				// counted, so that whoever moves the flag waits for it
				Decision decision = decide(spec, call, flag.position());
				if (decision != null) {
					return decision;
				}
			}
		}
	}

	@Override
	public @Nullable CompletableFuture<@Nullable Void> held(OperationSpec spec) {
		Flag flag = spec.flag();
		Position position = flag.position();
		Gate gate = position.gate();
		if (gate == null || passes(flag, position, gate)) {
			return null;
		}
		return gate.opened().completeOnTimeout(null, HeldCaller.PATIENCE_NANOS, TimeUnit.NANOSECONDS);
	}

	/**
	 * Whether a call need not wait at a closed gate: it is part of something that is in
	 * flight, and for which the gate waits.
	 */
	private boolean passes(Flag flag, Position position, Gate gate) {
		return !gate.isSealed()
				&& (gate.isMovers() || position.inFlight().isOwn() || this.pinned.isPartOfTransaction(flag));
	}

	/**
	 * Decides at the position at which the flag was found. A context that cannot be told,
	 * or whose attributes cannot be read, counts as anonymous.
	 * @return the decision, or {@code null} if the flag has moved in between
	 */
	private @Nullable Decision decide(OperationSpec spec, Call call, Position position) {
		Flag flag = spec.flag();
		if (flag.sameForAll()) {
			return entered(spec, null, position, position.stage());
		}
		MigrationContext context;
		MigrationStage stage;
		try {
			context = contextOf(call);
			stage = flag.stageFor(context);
		}
		catch (Throwable ex) {
			this.meters.flagError(flag.key(), "context");
			this.trouble.warn("The context of a call of flag '" + flag.key() + "' is unknown: it counts as anonymous",
					ex);
			context = MigrationContext.anonymous();
			stage = flag.stageFor(context);
		}
		return entered(spec, context, position, stage);
	}

	private @Nullable Decision entered(OperationSpec spec, @Nullable MigrationContext context, Position position,
			MigrationStage stage) {
		if (spec.type() == OperationType.READ) {
			return this.pinned.decide(spec, context, position.decision(stage));
		}
		if (!spec.flag().enter(position)) {
			return null;
		}
		try {
			if (stage.writesBoth()) {
				spec.flag().requireHeard();
			}
			return this.pinned.decide(spec, context, position.decision(stage));
		}
		catch (Throwable ex) {
			position.inFlight().leave();
			throw ex;
		}
	}

	@Override
	public MigrationContext contextOf(Call call) {
		MigrationContext own = call.context();
		if (own != null) {
			return own;
		}
		@Nullable MigrationContext current = this.contexts.current();
		if (current == null) {
			throw new IllegalStateException("The context is null");
		}
		return current;
	}

	/**
	 * A caller that waits at a gate, for so long in all, whatever the gates do.
	 */
	private static final class HeldCaller {

		static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

		/** Only a store that is out of reach takes so long to change an authority. */
		private static final Duration LIMIT = Duration.ofSeconds(10);

		private final long start = System.nanoTime();

		boolean isOver() {
			return System.nanoTime() - this.start >= PATIENCE_NANOS;
		}

		void await(Flag flag, Gate gate) {
			long waited = System.nanoTime() - this.start;
			if (waited >= LIMIT.toNanos()) {
				throw new StageUnknownException(flag.key(), flag.stage(), LIMIT);
			}
			Await.until(gate.opened(), Math.max(PATIENCE_NANOS - waited, TimeUnit.MILLISECONDS.toNanos(10)));
		}

	}

}
