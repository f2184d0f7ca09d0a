package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with the outcome of a secondary write. One that is not run, for any reason
 * but a rollback, counts as failed: the other side lacks what the caller wrote.
 */
final class SecondaryWrites {

	private static final Logger logger = LoggerFactory.getLogger(SecondaryWrites.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final OperationSpec spec;

	private final OperationMeters meters;

	private final SecondaryGate gate = new SecondaryGate();

	SecondaryWrites(OperationSpec spec, OperationMeters meters) {
		this.spec = spec;
		this.meters = meters;
	}

	OperationSpec spec() {
		return this.spec;
	}

	/**
	 * Whether the side may be written now; counted if it may not.
	 */
	boolean allows(MigrationOrigin side, OpenWrite write) {
		boolean allows = this.gate.of(side).allows();
		if (!allows) {
			skipped(SkipReason.OPEN, write);
		}
		return allows;
	}

	void ended(MigrationStage stage, Attempt attempt, long nanos, OpenWrite write) {
		ended(stage, attempt.side(), attempt.error(), nanos, System.nanoTime(), write);
	}

	void ended(MigrationStage stage, MigrationOrigin side, @Nullable Throwable error, long nanos, long now,
			OpenWrite write) {
		if (error != null) {
			this.meters.failure(stage, side, error, nanos);
			this.gate.of(side).failed();
			failed(error, write);
		}
		else {
			this.meters.success(stage, side, nanos, now);
			this.gate.of(side).succeeded();
		}
	}

	/**
	 * The caller does not wait any longer.
	 */
	void timedOut(MigrationStage stage, long nanos, OpenWrite write) {
		MigrationOrigin side = stage.authority().other();
		this.meters.timeout(stage, side, nanos);
		this.gate.of(side).failed();
		count(write);
	}

	void skipped(SkipReason reason, OpenWrite write) {
		this.meters.skipped(reason);
		count(write);
	}

	/**
	 * What is marked will be repaired, and need not be held against the next flip.
	 */
	private void count(OpenWrite write) {
		if (!write.isMarked()) {
			this.spec.flag().secondaryWriteFailed();
		}
	}

	void rolledBack() {
		this.meters.skipped(SkipReason.ROLLED_BACK);
	}

	/**
	 * Nobody knows whether the authoritative write has been committed.
	 */
	void unknown(OpenWrite write) {
		count(write);
	}

	/**
	 * The end of the transaction of a write of one side will not be heard of.
	 */
	void unnoted(Throwable cause) {
		this.trouble.warn("The transaction of a write of flag '" + this.spec.flag().key() + "' is unknown", cause);
	}

	/**
	 * The secondary write, or something of ours on the way to it, has failed.
	 */
	void failed(@Nullable Throwable cause, OpenWrite write) {
		Flag flag = this.spec.flag();
		count(write);
		if (cause != null) {
			this.trouble.warn("A secondary write of flag '%s', operation '%s' failed: one side lacks what was written"
				.formatted(flag.key(), this.spec.name()), cause);
		}
	}

}
