package dev.migrationflags.flags;

import dev.migrationflags.MigrationStage;

/**
 * A change of a base stage that somebody asks for.
 *
 * @param flag the flag
 * @param from its base stage
 * @param to the stage to move to, another one and one that the flag has
 */
public record Move(Flag flag, MigrationStage from, MigrationStage to) {

	/**
	 * Whether authority changes.
	 * @return {@code true} across the flip, in both directions
	 */
	public boolean flips() {
		return this.from.flipsTo(this.to);
	}

	/**
	 * Whether the move is on, not back.
	 * @return {@code true} towards complete
	 */
	public boolean isForward() {
		return this.to.compareTo(this.from) > 0;
	}

	/**
	 * How many classes of stages the move goes through: {off}, {dualwrite, shadow},
	 * {live, rampdown}, {complete}.
	 * @return 0 within a class, 3 at most
	 */
	int classes() {
		return Math.abs(classOf(this.from) - classOf(this.to));
	}

	private static int classOf(MigrationStage stage) {
		return switch (stage) {
			case OFF -> 0;
			case DUAL_WRITE, SHADOW -> 1;
			case LIVE, RAMP_DOWN -> 2;
			case COMPLETE -> 3;
		};
	}

	/**
	 * Whether a side is relied on from here that has been the secondary one, or given up.
	 * @return {@code true} across the flip and into complete
	 */
	public boolean settles() {
		return flips() || this.to == MigrationStage.COMPLETE;
	}

}
