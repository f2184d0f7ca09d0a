package dev.migrationflags.boot.dashboard;

import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.FlagRegistry;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard behind Spring Security as it is by default.
 */
@NullUnmarked
class DashboardSecurityTests {

	private static final String MOVE = "{\"stage\":\"dualwrite\",\"reason\":\"start\"}";

	private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

	private ConfigurableApplicationContext context;

	private String base;

	@AfterEach
	void stop() {
		this.context.close();
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void strangersSeeNothing(WebApplicationType type) throws Exception {
		start(type);
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.base + "api/session"));
		assertThat(this.client.send(request.build(), BodyHandlers.ofString()).statusCode()).isIn(302, 401);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void changeNeedsTheTokenOfThePageAndKeepsWhoMadeIt(WebApplicationType type) throws Exception {
		start(type);
		assertThat(send(request("api/flags/orders-db").POST(BodyPublishers.ofString(MOVE))).statusCode()).isIn(401,
				403);
		assertThat(this.context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(MigrationStage.OFF);
		JsonNode csrf = JsonMapper.builder().build().readTree(send(request("api/session")).body()).get("csrf");
		HttpResponse<String> moved = send(
				request("api/flags/orders-db").header(csrf.get("header").asString(), csrf.get("token").asString())
					.POST(BodyPublishers.ofString(MOVE)));
		assertThat(moved.statusCode()).as(moved.body()).isEqualTo(200);
		assertThat(this.context.getBean(FlagRegistry.class).get("orders-db").changes().get(0).actor())
			.isEqualTo("anna");
	}

	private void start(WebApplicationType type) {
		this.context = new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "migration.flags.orders-db.stage=off", "migration.dashboard.enabled=true",
					"management.endpoint.migrations.access=unrestricted", "spring.security.user.name=anna",
					"spring.security.user.password=secret")
			.run();
		this.base = "http://localhost:" + this.context.getEnvironment().getProperty("local.server.port")
				+ "/migrations/";
	}

	private HttpRequest.Builder request(String path) {
		String login = Base64.getEncoder().encodeToString("anna:secret".getBytes(StandardCharsets.UTF_8));
		return HttpRequest.newBuilder(URI.create(this.base + path))
			.header("Authorization", "Basic " + login)
			.header("Content-Type", "application/json");
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Application {

	}

}
