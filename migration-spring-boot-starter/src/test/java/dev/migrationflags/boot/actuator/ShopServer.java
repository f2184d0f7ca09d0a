package dev.migrationflags.boot.actuator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlagSource;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A real server of an application with four flags, and a client of its actuator.
 */
final class ShopServer implements AutoCloseable {

	private static final String[] FLAGS = { "--migration.flags.orders-db.stage=shadow",
			"--migration.flags.orders-db.context=customer", "--migration.flags.orders-db.rollout.live=12.5",
			"--migration.flags.orders-db.read.execution=serial", "--migration.flags.orders-db.write.timing=immediate",
			"--migration.flags.receipts.stages=2", "--migration.flags.receipts.stage=off",
			"--migration.flags.rates.default-stage=off", "--migration.store.accept-volatile=true",
			// Reactor Netty 1.3.7 stops reading a connection after a request that it has
			// queued and answered without its body (reactor-netty issue 4361)
			"--server.netty.max-keep-alive-requests=1" };

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ConfigurableApplicationContext context;

	private ShopServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * A server without Spring Security.
	 */
	static ShopServer start(WebApplicationType type, String... properties) {
		return start(type, List.of(Shop.class, NoSecurity.class), properties);
	}

	static ShopServer start(WebApplicationType type, List<Class<?>> sources, String... properties) {
		List<String> all = new ArrayList<>(List.of(FLAGS));
		all.addAll(List.of("--server.port=0", "--spring.main.banner-mode=off",
				"--spring.jackson.property-naming-strategy=SNAKE_CASE"));
		all.addAll(List.of(properties));
		return new ShopServer(new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(type)
			.run(all.toArray(String[]::new)));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	Answer get(String path) {
		return send(request(path).GET(), null);
	}

	Answer get(String path, String user) {
		return send(request(path).GET(), user);
	}

	Answer getFrom(String port, String path) {
		return send(HttpRequest.newBuilder(uri(port, path)).GET(), null);
	}

	Answer postTo(String port, String path, String json) {
		return send(json(HttpRequest.newBuilder(uri(port, path)), json), null);
	}

	Answer post(String path, String json) {
		return send(json(request(path), json), null);
	}

	Answer post(String path, String json, String user) {
		return send(json(request(path), json), user);
	}

	/**
	 * As curl does with {@code -X POST} alone.
	 */
	Answer post(String path) {
		return send(request(path).POST(HttpRequest.BodyPublishers.noBody()), null);
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(uri("local.server.port", path));
	}

	private URI uri(String port, String path) {
		return URI
			.create("http://127.0.0.1:%s/actuator%s".formatted(this.context.getEnvironment().getProperty(port), path));
	}

	private static HttpRequest.Builder json(HttpRequest.Builder request, String json) {
		return request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json));
	}

	private Answer send(HttpRequest.Builder request, @Nullable String user) {
		if (user != null) {
			String credentials = Base64.getEncoder().encodeToString((user + ":secret").getBytes());
			request.header("Authorization", "Basic " + credentials);
		}
		request.timeout(Duration.ofSeconds(20));
		try {
			HttpResponse<String> response = this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
			String type = response.headers().firstValue("Content-Type").orElse("");
			return new Answer(response.statusCode(), type, response.body());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	record Answer(int status, String type, String body) {

		JsonNode json() {
			return this.body.isEmpty() ? MissingNode.getInstance() : JsonMapper.shared().readTree(this.body);
		}

		String problem() {
			return json().path("detail").asString();
		}

		List<String> refused() {
			return json().path("refused").valueStream().map(JsonNode::asString).toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
			"org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration" })
	static class Shop {

		@Bean
		MigrationFlag pricing() {
			return MigrationFlag.named("pricing").stages(4).stage(MigrationStage.OFF).build();
		}

		@Bean
		Rates ratesSource() {
			return new Rates();
		}

		@Bean
		OldOrders oldOrders() {
			return new OldOrders();
		}

		@Bean
		NewOrders newOrders() {
			return new NewOrders();
		}

		@Bean
		Tariffs tariffs() {
			return new Tariffs();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = {
			"org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration" })
	static class NoSecurity {

	}

	/**
	 * A source that owns the flag {@code rates}.
	 */
	static class Rates implements MigrationFlagSource {

		volatile MigrationStage stage = MigrationStage.DUAL_WRITE;

		volatile @Nullable RuntimeException failure;

		@Override
		public @Nullable MigrationStage stage(String flag, MigrationContext context) {
			if (!flag.equals("rates")) {
				return null;
			}
			if (this.failure != null) {
				throw Objects.requireNonNull(this.failure);
			}
			return this.stage;
		}

	}

	interface Orders {

		@MigrationRead(key = "#id")
		String find(long id);

		@MigrationWrite(key = "#id")
		void save(long id);

	}

	@Migration(flag = "orders-db", origin = MigrationOrigin.OLD)
	static class OldOrders implements Orders {

		@Override
		public String find(long id) {
			return "old";
		}

		@Override
		public void save(long id) {
		}

	}

	@Migration(flag = "orders-db", origin = MigrationOrigin.NEW)
	static class NewOrders implements Orders {

		@Override
		public String find(long id) {
			return (id < 100) ? "old" : "new";
		}

		@Override
		public void save(long id) {
		}

	}

	static class Tariffs {

		@MigrationWrite(flag = "rates", origin = MigrationOrigin.OLD, operation = "set")
		public void setOld(String currency) {
		}

		@MigrationWrite(flag = "rates", origin = MigrationOrigin.NEW, operation = "set")
		public void setNew(String currency) {
		}

	}

}
