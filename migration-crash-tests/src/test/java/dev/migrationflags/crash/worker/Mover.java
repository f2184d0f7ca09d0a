package dev.migrationflags.crash.worker;

import dev.migrationflags.MigrationStage;

/**
 * How the flag is moved.
 */
interface Mover {

	void moveTo(MigrationStage stage);

}
