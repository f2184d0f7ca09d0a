package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;

/**
 * The breakers of one operation, one per side: which side is the secondary changes with
 * the stage.
 */
final class SecondaryGate {

	private final Breaker oldSide = new Breaker();

	private final Breaker newSide = new Breaker();

	Breaker of(MigrationOrigin side) {
		return (side == MigrationOrigin.OLD) ? this.oldSide : this.newSide;
	}

}
