package dev.migrationflags.flags;

import java.util.concurrent.atomic.LongAdder;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.flags.StageStore.Kept;
import org.jspecify.annotations.Nullable;

/**
 * Where a flag is: what changes together is read together. Immutable, but for the counts;
 * no two are equal.
 */
public final class Position {

	private final MigrationStage stage;

	private final long epoch;

	private final long authorityEpoch;

	private final LongAdder failures;

	private final InFlight inFlight;

	private final @Nullable Gate gate;

	/** The decisions of calls, made once, so that a call makes none. */
	private final Decision[] decisions = new Decision[MigrationStage.values().length];

	private Position(MigrationStage stage, long epoch, long authorityEpoch, LongAdder failures, InFlight inFlight,
			@Nullable Gate gate) {
		this.stage = stage;
		this.epoch = epoch;
		this.authorityEpoch = authorityEpoch;
		this.failures = failures;
		this.inFlight = inFlight;
		this.gate = gate;
		for (MigrationStage each : MigrationStage.values()) {
			this.decisions[each.ordinal()] = new Decision(each, false, 0, this);
		}
	}

	/**
	 * Where a flag begins.
	 */
	static Position first(MigrationStage stage) {
		return at(stage, 0, 0);
	}

	/**
	 * Where a store says that a flag is.
	 */
	static Position at(MigrationStage stage, long epoch, long authorityEpoch) {
		return new Position(stage, epoch, authorityEpoch, new LongAdder(), new InFlight(), null);
	}

	/**
	 * Where the flag is after a change. The gate stays as it is.
	 */
	Position after(StageChangedEvent event) {
		boolean flips = this.stage.flipsTo(event.to());
		return new Position(event.to(), event.epoch(), flips ? event.epoch() : this.authorityEpoch, new LongAdder(),
				flips ? new InFlight(this.inFlight) : this.inFlight, this.gate);
	}

	/**
	 * Where a store says that the flag is now, after changes that nobody remembers. The
	 * gate stays as it is.
	 */
	Position after(Kept kept) {
		return new Position(kept.stage(), kept.epoch(), kept.authorityEpoch(), new LongAdder(),
				new InFlight(this.inFlight), this.gate);
	}

	/**
	 * The same with another gate.
	 */
	Position with(@Nullable Gate gate) {
		return new Position(this.stage, this.epoch, this.authorityEpoch, this.failures, this.inFlight, gate);
	}

	/**
	 * The base stage.
	 * @return the stage
	 */
	public MigrationStage stage() {
		return this.stage;
	}

	/**
	 * The number of the change that led here.
	 * @return the epoch
	 */
	public long epoch() {
		return this.epoch;
	}

	/**
	 * The number of the change since which the authority is what it is.
	 * @return an epoch
	 */
	public long authorityEpoch() {
		return this.authorityEpoch;
	}

	/**
	 * The writes that are under way.
	 * @return them, the same ones as long as the authority does not change
	 */
	public InFlight inFlight() {
		return this.inFlight;
	}

	/**
	 * The gate that holds calls.
	 * @return the gate, or {@code null} if they may pass
	 */
	public @Nullable Gate gate() {
		return this.gate;
	}

	/**
	 * The decision of a call that keeps nothing.
	 * @param stage the stage of the call: the base stage, or that of its context
	 * @return the decision
	 */
	public Decision decision(MigrationStage stage) {
		return this.decisions[stage.ordinal()];
	}

	/**
	 * The secondary writes that have failed since.
	 */
	LongAdder failures() {
		return this.failures;
	}

	@Override
	public String toString() {
		return this.stage.key() + ", epoch " + this.epoch;
	}

}
