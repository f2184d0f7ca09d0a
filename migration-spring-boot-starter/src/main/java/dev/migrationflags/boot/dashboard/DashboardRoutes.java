package dev.migrationflags.boot.dashboard;

import java.util.Map;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.mvc.HttpRequestHandlerAdapter;

/**
 * Where the dashboard is found.
 */
final class DashboardRoutes {

	private static final int BEFORE_THE_APPLICATION = -1;

	private DashboardRoutes() {
	}

	/**
	 * The path, with a slash at its start and none at its end.
	 */
	static String path(Environment environment) {
		String path = environment.getProperty("migration.dashboard.path", "/migrations");
		path = path.startsWith("/") ? path : "/" + path;
		return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	static class Servlet {

		@Bean
		ServletDashboard migrationServletDashboard(Dashboard dashboard, Environment environment) {
			return new ServletDashboard(dashboard, path(environment));
		}

		@Bean
		SimpleUrlHandlerMapping migrationDashboardMapping(ServletDashboard dashboard, Environment environment) {
			String path = path(environment);
			return new SimpleUrlHandlerMapping(Map.of(path, dashboard, path + "/**", dashboard),
					BEFORE_THE_APPLICATION);
		}

		/**
		 * The context of a port of its own has none.
		 */
		@Bean
		@ConditionalOnMissingBean
		HttpRequestHandlerAdapter migrationDashboardAdapter() {
			return new HttpRequestHandlerAdapter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(RouterFunction.class)
	static class Reactive {

		@Bean
		ReactiveDashboard migrationReactiveDashboard(Dashboard dashboard, Environment environment) {
			return new ReactiveDashboard(dashboard, path(environment));
		}

		@Bean
		RouterFunction<ServerResponse> migrationDashboardRoutes(ReactiveDashboard dashboard) {
			return dashboard.routes();
		}

	}

}
