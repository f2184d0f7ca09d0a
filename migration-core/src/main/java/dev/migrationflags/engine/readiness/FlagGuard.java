package dev.migrationflags.engine.readiness;

import dev.migrationflags.GuardrailEvent.Action;
import dev.migrationflags.MigrationFlag.Guardrail;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.StageMoves;
import org.jspecify.annotations.Nullable;

/**
 * The guardrail of one flag. Used by one thread at a time.
 * <p>
 * It never forces: the checks that hold back an operator hold it back too. After
 * something was done that helps, it waits for the cool-down; after a step back that
 * leaves the new side in the lead, only for another window. A second side that is allowed
 * again has to stay well within its limits at first, so that one at its limit is not
 * switched on and off for ever.
 */
final class FlagGuard {

	static final String ACTOR = "guardrail";

	private static final double STRICT = 0.8;

	private final Flag flag;

	private final Guardrail guardrail;

	private final StageMoves moves;

	private final EngineMeters meters;

	private final Told told;

	private @Nullable Long quietUntil;

	private boolean onTrial;

	private long epoch;

	FlagGuard(Flag flag, StageMoves moves, EngineMeters meters, Told told) {
		this.flag = flag;
		this.guardrail = flag.definition().guardrail();
		this.moves = moves;
		this.meters = meters;
		this.told = told;
		this.epoch = flag.epoch();
	}

	/**
	 * Looks at the last calls and does what they call for.
	 * @param now the time, of {@link System#nanoTime()}
	 */
	void tick(long now) {
		long epoch = this.flag.epoch();
		MigrationStage stage = this.flag.stage();
		if (epoch != this.epoch) {
			this.epoch = epoch;
			this.onTrial = false;
		}
		if (this.quietUntil != null && now - this.quietUntil < 0) {
			return;
		}
		this.quietUntil = null;
		if (this.flag.secondaryReadsStopped()) {
			resume(stage);
			return;
		}
		if (stage.authority() == MigrationOrigin.OLD && !stage.readsBoth()) {
			return;
		}
		Limits limits = new Limits(this.guardrail, this.onTrial ? STRICT : 1);
		Limits.Verdict verdict = limits.judge(this.meters, this.flag, stage);
		if (verdict.breach() == null) {
			this.onTrial &= !verdict.known();
		}
		else if (stage.authority() == MigrationOrigin.NEW) {
			stepBack(stage, epoch, verdict.breach(), now);
		}
		else {
			stop(stage, verdict.breach(), now);
		}
	}

	private void stepBack(MigrationStage stage, long epoch, String breach, long now) {
		if (stage == MigrationStage.COMPLETE && this.flag.hasWrites()) {
			this.quietUntil = now + this.guardrail.coolDown().toNanos();
			this.told.of(this.flag, stage, Action.REFUSED,
					breach + "; but the old side lacks what was written since complete");
			return;
		}
		try {
			MigrationStage to = this.moves.stepBack(this.flag.key(), breach, ACTOR, epoch).to();
			if (to.authority() == MigrationOrigin.OLD) {
				this.quietUntil = now + this.guardrail.coolDown().toNanos();
			}
			this.told.of(this.flag, stage, Action.STEPPED_BACK, breach);
		}
		catch (StageChangeRefusedException ex) {
			// what is in the way may go: there is no relief yet to cool down after
			this.quietUntil = now + this.guardrail.window().toNanos();
			this.told.of(this.flag, stage, Action.REFUSED, breach + "; but " + String.join("; ", ex.getReasons()));
		}
	}

	private void stop(MigrationStage stage, String breach, long now) {
		this.flag.stopSecondaryReads();
		this.quietUntil = now + this.guardrail.coolDown().toNanos();
		this.told.of(this.flag, stage, Action.STOPPED, breach);
	}

	private void resume(MigrationStage stage) {
		this.flag.resumeSecondaryReads();
		this.meters.forgetLastMinutes(this.flag.key());
		this.onTrial = true;
		this.told.of(this.flag, stage, Action.RESUMED, "the cool-down is over");
	}

	/**
	 * Is told of what was done.
	 */
	@FunctionalInterface
	interface Told {

		void of(Flag flag, MigrationStage stage, Action action, String reason);

	}

}
