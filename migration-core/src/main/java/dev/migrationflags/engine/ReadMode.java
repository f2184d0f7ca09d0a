package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationStage;

/**
 * How a read runs both sides.
 */
interface ReadMode {

	/**
	 * Runs both sides and sees to their comparison.
	 * @return what the authoritative side returned
	 * @throws Throwable what the authoritative side threw, the same instance
	 */
	@Nullable Object read(Call call, MigrationStage stage) throws Throwable;

}
