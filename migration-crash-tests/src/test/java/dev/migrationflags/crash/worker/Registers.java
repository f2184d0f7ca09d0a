package dev.migrationflags.crash.worker;

import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;
import org.jspecify.annotations.Nullable;

/**
 * What is migrated: a number by key.
 */
public interface Registers {

	@MigrationRead(key = "#key")
	@Nullable Long read(long key);

	@MigrationWrite(key = "#key")
	void write(long key, long value);

	@MigrationWrite(key = "#key")
	void delete(long key);

}
