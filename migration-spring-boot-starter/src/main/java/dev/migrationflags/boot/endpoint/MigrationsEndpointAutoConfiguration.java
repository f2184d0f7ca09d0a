package dev.migrationflags.boot.endpoint;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationSync;
import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Repairs;
import dev.migrationflags.flags.StageMoves;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the actuator endpoint {@code migrations}, where actuator is
 * present and the endpoint is exposed.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBooleanProperty(name = "migration.enabled", matchIfMissing = true)
public final class MigrationsEndpointAutoConfiguration {

	@Bean
	@ConditionalOnBean(StageMoves.class)
	@ConditionalOnAvailableEndpoint
	MigrationsEndpoint migrationsEndpoint(FlagRegistry flags, StageMoves moves, MigrationOperations operations,
			EngineMeters meters, MismatchReporter mismatches, ObjectProvider<MigrationFlag> definitions,
			ObjectProvider<MigrationSync> sync, ObjectProvider<Repairs.Source> repairs) {
		FlagOverviews overviews = new FlagOverviews(StageOrigins.of(definitions));
		FlagReports reports = new FlagReports(overviews, moves, operations, meters, mismatches, sync::getIfUnique,
				repairs::getIfUnique);
		return new MigrationsEndpoint(flags, moves, overviews, reports, sync::getIfUnique);
	}

}
