package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedException;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.Flag;

/**
 * Decides the stage of a call, once, for both sides. Within a request or a transaction
 * that is the stage of the first call.
 */
final class Stages implements Operation.StageDecision {

	private static final Logger logger = LoggerFactory.getLogger(Stages.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final WarnOnce pinTrouble = new WarnOnce(logger);

	private final ContextSource contexts;

	private final EngineMeters meters;

	private final CallerTransactions transactions;

	private final PinScope pins;

	Stages(ContextSource contexts, EngineMeters meters, CallerTransactions transactions, PinScope pins) {
		this.contexts = contexts;
		this.meters = meters;
		this.transactions = transactions;
		this.pins = pins;
	}

	@Override
	public Decision decide(OperationSpec spec, Call call) {
		Flag flag = spec.flag();
		MigrationContext context = flag.sameForAll() ? null : context(flag, call);
		MigrationStage current = (context != null) ? flag.stageFor(context) : flag.stage();
		Pins pins = pins();
		Decision decision = (pins != null) ? decide(spec, context, current, pins) : Decision.of(current);
		if (spec.type() == OperationType.WRITE) {
			written(spec, context, decision.stage());
		}
		return decision;
	}

	private Decision decide(OperationSpec spec, @Nullable MigrationContext context, MigrationStage current, Pins pins) {
		Flag flag = spec.flag();
		Decision decision = Decision.of(current);
		MigrationStage written = null;
		try {
			decision = pins.decide(Subject.of(flag, context), current, spec.settings().write().deadline().toNanos());
			written = this.transactions.writtenAt(flag, context);
		}
		catch (Throwable ex) {
			// the context's own equals and hashCode, for instance
			this.pinTrouble.warn("The stage of a call of flag '" + flag.key() + "' could not be kept", ex);
		}
		MigrationStage stage = decision.stage();
		if (written != null && !fits(spec, written, stage)) {
			throw new StageChangedException(flag.key(), written, stage);
		}
		return decision;
	}

	/**
	 * Whether a call fits into a transaction that has written. Writes of two classes do
	 * not: some would reach both sides and others only one.
	 */
	private static boolean fits(OperationSpec spec, MigrationStage written, MigrationStage stage) {
		return (spec.type() == OperationType.WRITE) ? written.sameClassAs(stage) : !written.flipsTo(stage);
	}

	/**
	 * Noted before the write: one that fails may have written something all the same.
	 */
	private void written(OperationSpec spec, @Nullable MigrationContext context, MigrationStage stage) {
		try {
			this.transactions.written(spec.flag(), context, stage, spec.managers().of(stage.authority()));
		}
		catch (Throwable ex) {
			this.pinTrouble.warn("A write of flag '" + spec.flag().key() + "' could not be noted", ex);
		}
	}

	private @Nullable Pins pins() {
		try {
			return this.pins.current();
		}
		catch (Throwable ex) {
			this.pinTrouble.warn("The request or transaction of a call is unknown: its stage is not kept", ex);
			return null;
		}
	}

	private MigrationContext context(Flag flag, Call call) {
		MigrationContext own = call.context();
		return (own != null) ? own : current(flag);
	}

	private MigrationContext current(Flag flag) {
		try {
			@Nullable MigrationContext current = this.contexts.current();
			if (current != null) {
				return current;
			}
			throw new IllegalStateException("The context is null");
		}
		catch (Throwable ex) {
			this.meters.flagError(flag.key(), "context");
			this.trouble.warn("The context of a call of flag '" + flag.key() + "' is unknown: it counts as anonymous",
					ex);
			return MigrationContext.anonymous();
		}
	}

}
