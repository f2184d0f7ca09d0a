package dev.migrationflags.boot.dashboard;

import java.time.Clock;

import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.boot.endpoint.MigrationsDesk;
import dev.migrationflags.boot.endpoint.MigrationsEndpointAutoConfiguration;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageMoves;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/**
 * Auto-configuration of the dashboard, off by default. Lets see and do what the endpoint
 * {@code migrations} lets see and do, on the port of the actuator.
 */
@AutoConfiguration(after = MigrationsEndpointAutoConfiguration.class)
@ConditionalOnBooleanProperty("migration.dashboard.enabled")
@ConditionalOnBooleanProperty(name = "migration.enabled", matchIfMissing = true)
@ConditionalOnClass({ EndpointAccessResolver.class, JsonMapper.class })
@ConditionalOnWebApplication
public final class DashboardAutoConfiguration {

	@Bean
	Dashboard migrationDashboard(FlagRegistry flags, StageMoves moves, MigrationsDesk desk, EngineMeters meters,
			MismatchReporter mismatches, MigrationOperations operations,
			ObjectProvider<EndpointAccessResolver> access) {
		Clock clock = Clock.systemUTC();
		PathCounts paths = new PathCounts();
		mismatches.countedBy(paths);
		FlagSnapshots snapshots = new FlagSnapshots(flags, moves, desk, new FlagFigures(meters, clock), paths,
				(flag) -> operations.keyedSides().containsKey(flag), clock);
		return new Dashboard(snapshots, new DeskChanges(desk), () -> access(access) != Access.NONE,
				() -> access(access) == Access.UNRESTRICTED, clock);
	}

	private static Access access(ObjectProvider<EndpointAccessResolver> resolvers) {
		EndpointAccessResolver resolver = resolvers.getIfAvailable();
		return (resolver != null) ? resolver.accessFor(EndpointId.of("migrations"), Access.READ_ONLY)
				: Access.READ_ONLY;
	}

	/**
	 * Without a port of its own for the actuator.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnManagementPort(ManagementPortType.SAME)
	@Import({ DashboardRoutes.Servlet.class, DashboardRoutes.Reactive.class })
	static class OnSamePort {

	}

}
