package dev.migrationflags.engine;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedException;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.Decision;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the stage of the first call within a request or a transaction, and a transaction
 * that has written on one side of the flip.
 */
final class PinnedStages {

	private static final Logger logger = LoggerFactory.getLogger(PinnedStages.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final CallerTransactions transactions;

	private final PinScope scope;

	PinnedStages(CallerTransactions transactions, PinScope scope) {
		this.transactions = transactions;
		this.scope = scope;
	}

	/**
	 * The stage of a call.
	 * @param spec the operation
	 * @param context whom the call is for, or {@code null} if all contexts have one stage
	 * @param current the stage that is in force now
	 */
	Decision decide(OperationSpec spec, @Nullable MigrationContext context, Decision current) {
		Pins pins = pins();
		Decision decision = (pins != null) ? pinned(pins, spec, context, current) : current;
		if (spec.type() == OperationType.WRITE) {
			written(spec, context, decision.stage());
		}
		return decision;
	}

	/**
	 * Whether the current thread is in a transaction that has written under a flag.
	 */
	boolean isPartOfTransaction(Flag flag) {
		try {
			return this.transactions.hasWritten(flag);
		}
		catch (Throwable ex) {
			this.trouble.warn("The transaction of a call of flag '" + flag.key() + "' is unknown: the call is held",
					ex);
			return false;
		}
	}

	private @Nullable Pins pins() {
		try {
			return this.scope.current();
		}
		catch (Throwable ex) {
			this.trouble.warn("The request or transaction of a call is unknown: its stage is not kept", ex);
			return null;
		}
	}

	private Decision pinned(Pins pins, OperationSpec spec, @Nullable MigrationContext context, Decision current) {
		Flag flag = spec.flag();
		Decision decision = current;
		MigrationStage written = null;
		try {
			decision = pins.decide(Subject.of(flag, context), current, spec.settings().write().deadline().toNanos());
			written = this.transactions.writtenAt(flag, context);
		}
		catch (Throwable ex) {
			// the context's own equals and hashCode, for instance
			this.trouble.warn("The stage of a call of flag '" + flag.key() + "' could not be kept", ex);
		}
		if (written != null && !fits(spec, written, decision.stage())) {
			throw new StageChangedException(flag.key(), written, decision.stage());
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
			this.trouble.warn("A write of flag '" + spec.flag().key() + "' could not be noted", ex);
		}
	}

}
