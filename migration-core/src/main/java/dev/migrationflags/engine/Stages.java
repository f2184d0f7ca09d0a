package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.Flag;

/**
 * Decides the stage of a call, once, for both sides.
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

	/**
	 * A context that cannot be told, or whose attributes cannot be read, counts as
	 * anonymous.
	 */
	@Override
	public Decision decide(OperationSpec spec, Call call) {
		Flag flag = spec.flag();
		if (flag.sameForAll()) {
			return this.pinned.decide(spec, null, flag.stage());
		}
		MigrationContext context;
		MigrationStage stage;
		try {
			MigrationContext own = call.context();
			context = (own != null) ? own : current();
			stage = flag.stageFor(context);
		}
		catch (Throwable ex) {
			this.meters.flagError(flag.key(), "context");
			this.trouble.warn("The context of a call of flag '" + flag.key() + "' is unknown: it counts as anonymous",
					ex);
			context = MigrationContext.anonymous();
			stage = flag.stageFor(context);
		}
		return this.pinned.decide(spec, context, stage);
	}

	private MigrationContext current() {
		@Nullable MigrationContext current = this.contexts.current();
		if (current == null) {
			throw new IllegalStateException("The context is null");
		}
		return current;
	}

}
