package dev.migrationflags.boot;

import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigratorFactory;
import dev.migrationflags.engine.OldSideMigrators;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Problem;
import dev.migrationflags.flags.StageStore;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * {@code migration.enabled=false}: every method runs as it was called. With a flag beyond
 * the flip that would hand authority back to a side that lacks the writes since then, so
 * start-up fails unless it is allowed.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "migration.enabled", havingValue = false)
class DisabledConfiguration {

	@Bean
	MigratorFactory migratorFactory(FlagRegistry flags) {
		return new OldSideMigrators(flags);
	}

	@Bean
	@Lazy(false)
	SmartInitializingSingleton migrationUnguardedFlipCheck(MigrationSetup setup, FlagRegistry flags, StageStore store) {
		return () -> {
			// what they cannot tell in time does not matter to an application that asks
			// for nothing
			flags.startSources();
			if (!setup.properties().allowDisabledAfterFlip()) {
				check(setup.definitions(), flags, store.isDurable());
			}
		};
	}

	/**
	 * Looks at wrong definitions too: what else is wrong with them does not matter here.
	 */
	private static void check(List<MigrationFlag> definitions, FlagRegistry flags, boolean durable) {
		List<Problem> problems = new ArrayList<>();
		for (MigrationFlag flag : definitions) {
			MigrationStage stage = stage(flag, flags.find(flag.key()), durable);
			if (stage != null && stage.authority() == MigrationOrigin.NEW) {
				problems.add(new Problem(
						"Migrations are disabled while flag '%s' is at %s: callers would be answered by the old side"
							.formatted(flag.key(), stage.key()),
						"property 'migration.enabled'",
						"Enable migrations, or set migration.allow-disabled-after-flip=true if the old side is right"));
			}
		}
		if (!problems.isEmpty()) {
			throw new MigrationSetupException(problems);
		}
	}

	/**
	 * What a source or the store tells, else what is written.
	 */
	private static @Nullable MigrationStage stage(MigrationFlag definition, @Nullable Flag flag, boolean durable) {
		return (flag != null && (flag.owner() != null || (durable && flag.isKnown()))) ? flag.stage()
				: definition.stage();
	}

}
