package dev.migrationflags.benchmarks.subject;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * An application with migrated beans, as Spring Boot starts it, metrics on.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class Application {

	@Bean
	MeterRegistry meterRegistry() {
		return new SimpleMeterRegistry();
	}

	/**
	 * Starts an application.
	 * @param beans classes of beans, called by their simple names
	 * @param properties its properties
	 * @return the application, to be closed
	 */
	public static ConfigurableApplicationContext start(Collection<? extends Class<?>> beans,
			Map<String, Object> properties) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setLogStartupInfo(false);
		application.setRegisterShutdownHook(false);
		application.setDefaultProperties(Map.of("logging.level.root", "error"));
		List<ApplicationContextInitializer<?>> initializers = new ArrayList<>(application.getInitializers());
		initializers.add((context) -> {
			context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("benchmark", properties));
			beans.forEach((type) -> ((GenericApplicationContext) context).registerBean(type.getSimpleName(), type));
		});
		application.setInitializers(initializers);
		return application.run();
	}

}
