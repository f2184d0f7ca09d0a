package dev.migrationflags.engine;

import java.util.List;

import dev.migrationflags.MigratorBuilder;
import dev.migrationflags.MigratorFactory;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Problem;

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
		return new EngineMigratorBuilder<>(this::operation, this.flags.getOrAsk(flag));
	}

	/**
	 * A migrator may be built at any time, so the rule for rollouts cannot be left to the
	 * checks at start-up.
	 */
	private Operation operation(OperationSpec spec) {
		Problem problem = (spec.type() == OperationType.WRITE) ? spec.flag().rolloutProblemOfWrites() : null;
		if (problem != null) {
			throw new MigrationSetupException(List.of(problem));
		}
		return this.engine.operation(spec);
	}

}
