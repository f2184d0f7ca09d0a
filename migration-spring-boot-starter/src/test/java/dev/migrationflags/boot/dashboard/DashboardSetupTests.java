package dev.migrationflags.boot.dashboard;

import dev.migrationflags.boot.MigrationAutoConfiguration;
import dev.migrationflags.boot.endpoint.MigrationsEndpointAutoConfiguration;
import dev.migrationflags.flags.MigrationSetupException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A dashboard that is asked for is there, or it is said why not.
 */
class DashboardSetupTests {

	private static final AutoConfigurations ACTUATOR = AutoConfigurations.of(EndpointAutoConfiguration.class);

	private static final AutoConfigurations PARTS = AutoConfigurations.of(MigrationAutoConfiguration.class,
			MigrationsEndpointAutoConfiguration.class, DashboardAutoConfiguration.class);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner().withConfiguration(PARTS)
		.withPropertyValues("migration.dashboard.enabled=true");

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(PARTS)
		.withPropertyValues("migration.dashboard.enabled=true");

	@Test
	void isThereWhetherTheEndpointIsExposedOrNot() {
		this.servlet.withConfiguration(ACTUATOR)
			.withPropertyValues("management.endpoints.web.exposure.exclude=*")
			.run((context) -> assertThat(context).hasSingleBean(ServletDashboard.class));
		this.reactive.withConfiguration(ACTUATOR)
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).hasBean("migrationDashboardRoutes"));
	}

	@Test
	void saysThatItNeedsTheActuator() {
		FilteredClassLoader without = new FilteredClassLoader("org.springframework.boot.actuate");
		String found = "spring-boot-starter-actuator";
		fails(this.servlet.withClassLoader(without), "needs Spring Boot's actuator", found);
		fails(this.reactive.withClassLoader(without), "needs Spring Boot's actuator", found);
	}

	@Test
	void saysThatItNeedsJackson() {
		fails(this.servlet.withClassLoader(new FilteredClassLoader("tools.jackson.databind")), "needs Jackson",
				"spring-boot-starter-jackson");
	}

	@Test
	void saysThatTheActuatorHasNoPort() {
		fails(this.servlet.withPropertyValues("management.server.port=-1"), "which is turned off",
				"Set management.server.port to a port");
	}

	@Test
	void isToldTogetherWithEverythingElse() {
		fails(this.servlet.withPropertyValues("management.server.port=-1", "migration.flags.orders.stage=nowhere"),
				"which is turned off", "nowhere");
	}

	@Test
	void isNotMissedWithoutAWebServerNorWhereItIsOff() {
		FilteredClassLoader without = new FilteredClassLoader("org.springframework.boot.actuate");
		new ApplicationContextRunner().withConfiguration(PARTS)
			.withClassLoader(without)
			.withPropertyValues("migration.dashboard.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed());
		new WebApplicationContextRunner().withConfiguration(PARTS)
			.withClassLoader(without)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static void fails(AbstractApplicationContextRunner<?, ?, ?> runner, String... parts) {
		runner.run((context) -> assertThat(context.getStartupFailure()).isInstanceOf(MigrationSetupException.class)
			.extracting((failure) -> ((MigrationSetupException) failure).getProblems().toString())
			.asString()
			.contains(parts));
	}

}
