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
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

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
	FlagReports migrationFlagReports(StageMoves moves, MigrationOperations operations, EngineMeters meters,
			MismatchReporter mismatches, ObjectProvider<MigrationFlag> definitions, ObjectProvider<MigrationSync> sync,
			ObjectProvider<Repairs.Source> repairs) {
		return new FlagReports(new FlagOverviews(StageOrigins.of(definitions)), moves, operations, meters, mismatches,
				sync::getIfUnique, repairs::getIfUnique);
	}

	@Bean
	@ConditionalOnBean(StageMoves.class)
	@ConditionalOnAvailableEndpoint
	MigrationsEndpoint migrationsEndpoint(FlagRegistry flags, StageMoves moves, FlagReports reports,
			ObjectProvider<MigrationSync> sync) {
		return new MigrationsEndpoint(flags, moves, reports.overviews(), reports, sync::getIfUnique);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(endpoint = MigrationsEndpoint.class)
	@Import({ UnreadableBodyConfiguration.Servlet.class, UnreadableBodyConfiguration.Reactive.class })
	static class UnreadableBodies {

	}

	/**
	 * For the dashboard, which shows the same whether the endpoint itself is exposed or
	 * not.
	 */
	@Bean
	@ConditionalOnBean(FlagReports.class)
	@ConditionalOnBooleanProperty("migration.dashboard.enabled")
	@ConditionalOnClass(name = "tools.jackson.databind.json.JsonMapper")
	MigrationsDesk migrationsDesk(FlagRegistry flags, StageMoves moves, FlagReports reports,
			ObjectProvider<MigrationSync> sync) {
		return new MigrationsDesk(new MigrationsEndpoint(flags, moves, reports.overviews(), reports, sync::getIfUnique),
				reports);
	}

}
