package dev.migrationflags.boot.actuator;

import java.util.List;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.actuator.ShopServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoint behind Spring Security, set up as the documentation says.
 */
class EndpointSecurityTests {

	private static final String[] OPEN = { "--management.endpoints.web.exposure.include=migrations",
			"--management.endpoint.migrations.access=unrestricted" };

	private static final String MOVE = "{\"stage\": \"dualwrite\", \"reason\": \"test\"}";

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void changesNeedTheRoleAndTheHistoryNamesWhoMadeThem(WebApplicationType type) {
		try (ShopServer server = start(type, "documented")) {
			assertThat(server.get("/migrations").status()).isEqualTo(401);
			assertThat(server.post("/migrations/orders-db", MOVE).status()).isEqualTo(401);
			assertThat(server.post("/migrations/orders-db", MOVE, "intruder").status()).isEqualTo(401);
			assertThat(server.get("/migrations", "viewer").status()).isEqualTo(200);
			assertThat(server.post("/migrations/orders-db", MOVE, "viewer").status()).isEqualTo(403);
			assertThat(server.post("/migrations/orders-db/backfill", "", "viewer").status()).isEqualTo(403);
			assertThat(server.bean(MigrationFlags.class).stage("orders-db")).isEqualTo(MigrationStage.SHADOW);
			Answer moved = server.post("/migrations/orders-db", MOVE, "operator");
			assertThat(moved.status()).isEqualTo(200);
			assertThat(moved.json().at("/changes/0/actor").asString()).isEqualTo("operator");
			assertThat(server.bean(MigrationFlags.class).stage("orders-db")).isEqualTo(MigrationStage.DUAL_WRITE);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void withoutATokenAgainstForgedRequestsChangesAreRefusedUnlessTheEndpointIsExempt(WebApplicationType type) {
		try (ShopServer server = start(type, "csrf")) {
			assertThat(server.get("/migrations", "operator").status()).isEqualTo(200);
			assertThat(server.post("/migrations/orders-db", MOVE, "operator").status()).isIn(401, 403);
			assertThat(server.bean(MigrationFlags.class).stage("orders-db")).isEqualTo(MigrationStage.SHADOW);
		}
	}

	@Test
	void theDefaultsOfSpringSecurityCloseIt() {
		try (ShopServer server = start(WebApplicationType.SERVLET, "none")) {
			assertThat(server.get("/migrations").status()).isEqualTo(401);
			assertThat(server.post("/migrations/orders-db", MOVE).status()).isIn(401, 403);
		}
	}

	private static ShopServer start(WebApplicationType type, String chain) {
		Class<?> security = (type == WebApplicationType.SERVLET) ? Servlet.class : Reactive.class;
		return ShopServer.start(type, List.of(ShopServer.Shop.class, security), OPEN[0], OPEN[1],
				"--test.chain=" + chain);
	}

	private static UserDetails user(String name, String role) {
		return User.withUsername(name).password("{noop}secret").roles(role).build();
	}

	@Configuration(proxyBeanMethods = false)
	static class Servlet {

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(user("viewer", "VIEWER"), user("operator", "OPERATOR"));
		}

		@Bean
		@ConditionalOnProperty(name = "test.chain", havingValue = "documented")
		SecurityFilterChain actuator(HttpSecurity http) throws Exception {
			return http.securityMatcher(EndpointRequest.toAnyEndpoint())
				.authorizeHttpRequests((requests) -> requests
					.requestMatchers(EndpointRequest.to("migrations").withHttpMethod(HttpMethod.POST))
					.hasRole("OPERATOR")
					.anyRequest()
					.authenticated())
				.csrf((csrf) -> csrf.ignoringRequestMatchers(EndpointRequest.to("migrations")))
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		@ConditionalOnProperty(name = "test.chain", havingValue = "csrf")
		SecurityFilterChain withCsrf(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reactive {

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(user("viewer", "VIEWER"), user("operator", "OPERATOR"));
		}

		@Bean
		@ConditionalOnProperty(name = "test.chain", havingValue = "documented")
		SecurityWebFilterChain actuator(ServerHttpSecurity http) {
			return http
				.authorizeExchange((exchanges) -> exchanges.pathMatchers(HttpMethod.POST, "/actuator/migrations/**")
					.hasRole("OPERATOR")
					.anyExchange()
					.authenticated())
				.csrf(ServerHttpSecurity.CsrfSpec::disable)
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		@ConditionalOnProperty(name = "test.chain", havingValue = "csrf")
		SecurityWebFilterChain withCsrf(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
