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

	Stages(ContextSource contexts, EngineMeters meters) {
		this.contexts = contexts;
		this.meters = meters;
	}

	@Override
	public MigrationStage decide(Flag flag, Call call) {
		return flag.sameForAll() ? flag.stage() : stageFor(flag, call);
	}

	/**
	 * A context that cannot be told, or whose attributes cannot be read, counts as
	 * anonymous.
	 */
	private MigrationStage stageFor(Flag flag, Call call) {
		try {
			MigrationContext own = call.context();
			return flag.stageFor((own != null) ? own : current());
		}
		catch (Throwable ex) {
			this.meters.flagError(flag.key(), "context");
			this.trouble.warn("The context of a call of flag '" + flag.key() + "' is unknown: it counts as anonymous",
					ex);
			return flag.stageFor(MigrationContext.anonymous());
		}
	}

	private MigrationContext current() {
		@Nullable MigrationContext current = this.contexts.current();
		if (current == null) {
			throw new IllegalStateException("The context is null");
		}
		return current;
	}

}
