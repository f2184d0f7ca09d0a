package dev.migrationflags.boot.transaction;

import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;

/**
 * What is migrated.
 */
interface Items {

	@MigrationWrite
	void save(String id);

	@MigrationRead
	boolean exists(String id);

}
