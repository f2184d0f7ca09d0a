package dev.migrationflags.engine;

import dev.migrationflags.MigratorBuilder;
import dev.migrationflags.MigratorFactory;
import dev.migrationflags.flags.FlagRegistry;

/**
 * Builds migrators on an engine.
 */
public final class EngineMigrators implements MigratorFactory {

	private final Engine engine;

	private final FlagRegistry flags;

	/**
	 * Creates a factory.
	 * @param engine runs the operations
	 * @param flags the flags
	 */
	public EngineMigrators(Engine engine, FlagRegistry flags) {
		this.engine = engine;
		this.flags = flags;
	}

	@Override
	public <P, R, W> MigratorBuilder<P, R, W> migrator(String flag) {
		return new EngineMigratorBuilder<>(this.engine::operation, this.flags.get(flag));
	}

}
