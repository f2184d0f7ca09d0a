package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigratorBuilder;
import dev.migrationflags.MigratorFactory;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.Decision;
import dev.migrationflags.flags.FlagRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Builds migrators that run the old function, whatever the stage: for applications in
 * which migrations are disabled.
 */
public final class OldSideMigrators implements MigratorFactory {

	private final FlagRegistry flags;

	/**
	 * Creates a factory.
	 * @param flags the flags
	 */
	public OldSideMigrators(FlagRegistry flags) {
		this.flags = flags;
	}

	@Override
	public <P, R, W> MigratorBuilder<P, R, W> migrator(String flag) {
		return new EngineMigratorBuilder<>(OldSide::new, this.flags.getOrAsk(flag));
	}

	/**
	 * An operation that knows one side only.
	 */
	private static final class OldSide extends Operation {

		OldSide(OperationSpec spec) {
			super(spec, (operation, call) -> operation.flag().position().decision(MigrationStage.OFF),
					OperationReports.NONE,
					EngineMeters.none().operation(spec.flag().key(), spec.name(), spec.type().key(), false, false));
		}

		/**
		 * Whatever stage the flag may have.
		 */
		@Override
		public @Nullable Object execute(Call call) throws Throwable {
			return call.run(MigrationOrigin.OLD);
		}

		@Override
		@Nullable Object execute(Call call, Decision decision) throws Throwable {
			return call.run(MigrationOrigin.OLD);
		}

	}

}
