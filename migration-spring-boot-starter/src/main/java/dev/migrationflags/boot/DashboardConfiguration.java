package dev.migrationflags.boot;

import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.flags.Problem;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * A dashboard that is asked for must not be silently absent. Where there is no web
 * server, nobody expects a page.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty("migration.dashboard.enabled")
class DashboardConfiguration {

	private static final String WHERE = "migration.dashboard.enabled";

	private static final String PORT = "management.server.port";

	@Bean
	Needs migrationDashboardNeeds(Environment environment) {
		List<Problem> problems = new ArrayList<>();
		need(problems, "org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort",
				"Spring Boot's actuator", "org.springframework.boot:spring-boot-starter-actuator");
		need(problems, "tools.jackson.databind.json.JsonMapper", "Jackson",
				"org.springframework.boot:spring-boot-starter-jackson");
		if (environment.getProperty(PORT, Integer.class, 0) < 0) {
			problems.add(new Problem("The dashboard is served on the port of the actuator, which is turned off",
					"%s and %s".formatted(WHERE, PORT), "Set %s to a port, or to none at all".formatted(PORT)));
		}
		return new Needs(problems);
	}

	private static void need(List<Problem> problems, String type, String name, String artifact) {
		if (!ClassUtils.isPresent(type, null)) {
			problems.add(new Problem("The dashboard needs %s, which is not on the class path".formatted(name), WHERE,
					"Add %s, or remove %s".formatted(artifact, WHERE)));
		}
	}

	/**
	 * What keeps the dashboard from being shown.
	 *
	 * @param problems what is missing, empty if nothing is
	 */
	record Needs(List<Problem> problems) {
	}

}
