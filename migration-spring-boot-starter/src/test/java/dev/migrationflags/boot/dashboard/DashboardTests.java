package dev.migrationflags.boot.dashboard;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard on a real server, servlet and reactive.
 */
@NullUnmarked
@ExtendWith(OutputCaptureExtension.class)
class DashboardTests {

	private final JsonMapper json = JsonMapper.builder().build();

	private final HttpClient client = HttpClient.newHttpClient();

	private ConfigurableApplicationContext context;

	private String base;

	@AfterEach
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void isOffByDefault(Server server) throws Exception {
		start(server, "management.endpoint.migrations.access=unrestricted");
		assertThat(get("/migrations/").statusCode()).isEqualTo(404);
		assertThat(get("/migrations/api/session").statusCode()).isEqualTo(404);
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void pageAndAllItsFilesAreServedUnderAStrictPolicy(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true");
		HttpResponse<String> page = get("/migrations/");
		assertThat(page.statusCode()).isEqualTo(200);
		List<String> files = new ArrayList<>(List.of("actions.js", "api.js", "chart.js", "flag.js", "format.js",
				"overview.js", "stages.js", "lib/preact-htm.js", "lib/LICENSES.txt"));
		Matcher references = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.body());
		while (references.find()) {
			files.add(references.group(1));
		}
		assertThat(files).contains("app.js", "app.css", "icon.svg");
		for (String file : files) {
			HttpResponse<String> response = get("/migrations/" + file);
			assertThat(response.statusCode()).as(file).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Security-Policy").orElse("")).as(file)
				.contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
				.doesNotContain("unsafe");
			assertThat(response.headers().firstValue("X-Content-Type-Options")).as(file).contains("nosniff");
		}
		assertThat(page.body()).doesNotContain("style=", "onclick", "https://").doesNotContain("<style");
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void addressWithoutSlashLeadsToThePage(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true");
		HttpResponse<String> response = get("/migrations");
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(response.headers().firstValue("Location").orElse("")).endsWith("/migrations/");
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void otherFilesAreNotServed(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true");
		for (String path : List.of("package-info.class", "Dashboard.class", "..%2f..%2fapplication.properties", "lib/",
				"nothing.js")) {
			assertThat(get("/migrations/" + path).statusCode()).as(path).isIn(400, 404);
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void streamShowsAFlagAndItsMove(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true");
		try (BufferedReader events = events("orders-db")) {
			JsonNode first = next(events);
			assertThat(first.at("/flags/orders-db/stage").asString()).isEqualTo("off");
			assertThat(first.at("/flag/key").asString()).isEqualTo("orders-db");
			assertThat(first.at("/flag/stages")).hasSize(6);
			assertThat(first.at("/flag/readiness/checks").isArray()).isTrue();
			this.context.getBean(MigrationFlags.class).moveTo("orders-db", MigrationStage.DUAL_WRITE, "start");
			JsonNode later = next(events);
			while (!later.at("/flag/stage").asString().equals("dualwrite")) {
				later = next(events);
			}
			assertThat(later.at("/flag/changes/0/reason").asString()).isEqualTo("start");
			assertThat(later.at("/flag/epoch").asInt()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void readOnlyEndpointRefusesChanges(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true");
		assertThat(json(get("/migrations/api/session")).get("writable").asBoolean()).isFalse();
		HttpResponse<String> response = post("orders-db", "{\"stage\":\"dualwrite\",\"reason\":\"start\"}");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(this.context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(MigrationStage.OFF);
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void closedEndpointShowsNothing(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true", "management.endpoint.migrations.access=none");
		assertThat(get("/migrations/api/session").statusCode()).isEqualTo(403);
		assertThat(get("/migrations/api/events").statusCode()).isEqualTo(403);
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void openEndpointMovesAndRefusesWithReasons(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true", "management.endpoint.migrations.access=unrestricted");
		assertThat(json(get("/migrations/api/session")).get("writable").asBoolean()).isTrue();
		HttpResponse<String> moved = post("orders-db",
				"{\"stage\":\"dualwrite\",\"reason\":\"start\",\"force\":false,\"epoch\":0}");
		assertThat(moved.statusCode()).as(moved.body()).isEqualTo(200);
		HttpResponse<String> refused = post("orders-db", "{\"stage\":\"complete\",\"reason\":\"at once\"}");
		assertThat(refused.statusCode()).isEqualTo(409);
		assertThat(json(refused).get("refused").get(0).asString()).contains("more than one step");
		assertThat(post("orders-db", "{\"stage\":\"shadow\"}").statusCode()).isEqualTo(400);
		assertThat(post("orders-db", "{\"stage\":").statusCode()).isEqualTo(400);
		assertThat(post("nothing", "{\"stage\":\"shadow\",\"reason\":\"x\"}").statusCode()).isEqualTo(404);
		HttpResponse<String> forced = post("orders-db",
				"{\"stage\":\"complete\",\"reason\":\"at once\",\"force\":true}");
		assertThat(forced.statusCode()).isEqualTo(200);
		assertThat(this.context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(MigrationStage.COMPLETE);
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void changesAreJsonOfThePageItselfAndShort(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true", "management.endpoint.migrations.access=unrestricted");
		String move = "{\"stage\":\"dualwrite\",\"reason\":\"start\"}";
		assertThat(send(request("orders-db", move).setHeader("Content-Type", "text/plain")).statusCode())
			.isEqualTo(415);
		assertThat(send(request("orders-db", move).setHeader("Sec-Fetch-Site", "cross-site")).statusCode())
			.isEqualTo(403);
		assertThat(post("orders-db", "{\"reason\":\"" + "x".repeat(10_000) + "\"}").statusCode()).isEqualTo(413);
		assertThat(this.context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(MigrationStage.OFF);
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void livesOnThePortOfTheActuatorAtThePathThatIsSet(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true", "migration.dashboard.path=/ops/flags",
				"management.server.port=0");
		assertThat(get("/ops/flags/").statusCode()).isEqualTo(404);
		this.base = "http://localhost:" + this.context.getEnvironment().getProperty("local.management.port");
		assertThat(get("/ops/flags/").statusCode()).isEqualTo(200);
		assertThat(json(get("/ops/flags/api/session")).get("writable").asBoolean()).isFalse();
	}

	/**
	 * Which waits for requests that are under way.
	 */
	@ParameterizedTest
	@EnumSource(Server.class)
	@Timeout(60)
	void streamsEndWithTheApplication(Server server) throws Exception {
		start(server, "migration.dashboard.enabled=true", "server.shutdown=graceful",
				"spring.lifecycle.timeout-per-shutdown-phase=5m");
		try (BufferedReader events = events("orders-db")) {
			next(events);
			this.context.close();
			assertThat(events.lines().filter((line) -> !line.isEmpty())).allMatch((line) -> line.startsWith("data:"));
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void pageThatIsLeftIsNotWorthALineInTheLog(Server server, CapturedOutput output) throws Exception {
		start(server, "migration.dashboard.enabled=true");
		Dashboard dashboard = this.context.getBean(Dashboard.class);
		for (int i = 0; i < Dashboard.MAX_WATCHERS; i++) {
			assertThat(dashboard.watch()).isNull();
		}
		dashboard.unwatch();
		try (Socket page = new Socket("localhost", URI.create(this.base).getPort())) {
			page.getOutputStream()
				.write("GET /migrations/api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(page.getInputStream().read()).isPositive();
			await().until(() -> dashboard.watch() != null);
			// as a browser does
			page.setSoLinger(true, 0);
		}
		await().until(() -> dashboard.watch() == null);
		this.context.close();
		assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ");
	}

	private void start(Server server, String... properties) {
		this.context = new SpringApplicationBuilder(Application.class).web(server.type)
			.properties("server.port=0", "migration.flags.orders-db.stage=off", "spring.main.banner-mode=off",
					"spring.autoconfigure.exclude=" + server.excluded)
			.properties(properties)
			.run();
		this.base = "http://localhost:" + this.context.getEnvironment().getProperty("local.server.port");
	}

	private HttpResponse<String> get(String path) throws Exception {
		return this.client.send(HttpRequest.newBuilder(URI.create(this.base + path)).build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String flag, String body) {
		return HttpRequest.newBuilder(URI.create(this.base + "/migrations/api/flags/" + flag))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body));
	}

	private HttpResponse<String> post(String flag, String body) throws Exception {
		return send(request(flag, body));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	private BufferedReader events(String flag) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.base + "/migrations/api/events?flag=" + flag))
			.build();
		return new BufferedReader(new InputStreamReader(this.client.send(request, BodyHandlers.ofInputStream()).body(),
				StandardCharsets.UTF_8));
	}

	private JsonNode next(BufferedReader events) throws Exception {
		String line = events.readLine();
		while (line != null && !line.startsWith("data:")) {
			line = events.readLine();
		}
		assertThat(line).isNotNull();
		return this.json.readTree(line.substring("data:".length()));
	}

	private JsonNode json(HttpResponse<String> response) {
		return this.json.readTree(response.body());
	}

	enum Server {

		SERVLET(WebApplicationType.SERVLET, ""),

		/** Tests have two reactive servers on their class path; applications have one. */
		REACTIVE(WebApplicationType.REACTIVE,
				"org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration");

		private final WebApplicationType type;

		private final String excluded;

		Server(WebApplicationType type, String excluded) {
			this.type = type;
			this.excluded = excluded;
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration(excludeName = {
			"org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration" })
	static class Application {

	}

}
