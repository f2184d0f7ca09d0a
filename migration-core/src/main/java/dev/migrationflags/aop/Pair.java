package dev.migrationflags.aop;

import dev.migrationflags.MigrationOrigin;

/**
 * The two methods of an operation.
 */
record Pair(Candidate oldSide, Candidate newSide) {

	Candidate of(MigrationOrigin side) {
		return (side == MigrationOrigin.OLD) ? this.oldSide : this.newSide;
	}

	Candidate.Key key() {
		return this.oldSide.key();
	}

}
