package dev.migrationflags.sample.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.migrationflags.sample.SampleApplication;
import dev.migrationflags.sample.pricing.Cart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The README's three ways to move a stage, each as it is written there.
 */
@Timeout(300)
class ThreeWaysTests {

	private static final Path YAML = Path.of("src/main/resources/application-serve.yml");

	private static final Path FLAGS = Path.of("flags.json");

	private static final String EDIT_YAML = "'/^    pricing:/,/stage:/ s/stage: shadow/stage: live/'";

	private static final String MOVE = "'{\"stage\": \"live\", \"reason\": \"the new prices match\"}'";

	private static final String EDIT_FLAGS = "'/\"pricing\"/,/defaultVariant/ s/\"shadow\"/\"live\"/'";

	@TempDir
	private Path directory;

	@Test
	void changedYamlIsTheStageAfterARestart() throws IOException {
		copyOf(YAML.resolveSibling("application.yml"));
		Path yaml = copyOf(YAML);
		edit(yaml, EDIT_YAML, "stage: shadow", "stage: live");
		try (ConfigurableApplicationContext shop = start("--spring.config.location=" + this.directory + "/")) {
			assertThat(flag(shop, "pricing").get("stage").asString()).isEqualTo("live");
			assertThat(flag(shop, "pricing").get("source").asString()).isEqualTo("properties");
			assertThat(flag(shop, "orders-db").get("stage").asString()).isEqualTo("off");
			quoteIsAskedForOnBothSides(shop);
		}
	}

	@Test
	void postMovesTheStageAtOnce() {
		try (ConfigurableApplicationContext shop = start()) {
			assertThat(flag(shop, "pricing").get("stage").asString()).isEqualTo("shadow");
			assertThat(flag(shop, "pricing").get("source").asString()).isEqualTo("properties");
			assertThat(move(shop, MOVE)).isEqualTo(200);
			assertThat(flag(shop, "pricing").get("stage").asString()).isEqualTo("live");
			assertThat(flag(shop, "pricing").at("/changes/0/reason").asString()).isEqualTo("the new prices match");
			quoteIsAskedForOnBothSides(shop);
		}
	}

	@Test
	void editedFlagsFileMovesTheStageUnderTraffic() throws IOException {
		Path file = copyOf(FLAGS);
		Ledger ledger = new Ledger();
		try (ConfigurableApplicationContext shop = start("--sample.flags=" + file)) {
			assertThat(flag(shop, "pricing").get("stage").asString()).isEqualTo("shadow");
			assertThat(flag(shop, "pricing").get("source").asString()).isEqualTo("openfeature");
			List<Client> clients = Client.of(shop, 2, ledger, new CallerWaits());
			clients.forEach(Client::begin);
			try (Traffic traffic = new Traffic(clients)) {
				await().atMost(Duration.ofSeconds(60)).until(() -> traffic.calls() > 0);
				edit(file, EDIT_FLAGS, "\"shadow\"", "\"live\"");
				await().atMost(Duration.ofSeconds(60))
					.until(() -> flag(shop, "pricing").get("stage").asString().equals("live"));
				int rounds = traffic.rounds();
				await().atMost(Duration.ofSeconds(60)).until(() -> traffic.rounds() > rounds);
			}
			assertThat(flag(shop, "pricing").at("/changes/0/actor").asString()).isEqualTo("openfeature");
			assertThat(flag(shop, "orders-db").get("stage").asString()).isEqualTo("off");
			assertThat(move(shop, MOVE)).isEqualTo(409);
			quoteIsAskedForOnBothSides(shop);
		}
		assertThat(ledger.errors()).isEmpty();
	}

	private ConfigurableApplicationContext start(String... options) {
		return new SpringApplicationBuilder(SampleApplication.class).profiles("serve").run(onAnyPort(options));
	}

	private static String[] onAnyPort(String... options) {
		return Stream.concat(Stream.of(options), Stream.of("--server.port=0")).toArray(String[]::new);
	}

	private Path copyOf(Path file) throws IOException {
		return Files.copy(file, this.directory.resolve(file.getFileName()));
	}

	/**
	 * Does what the README's {@code sed} does: in the lines from the one that names
	 * pricing to the first that has the old text.
	 */
	private static void edit(Path file, String command, String before, String after) throws IOException {
		assertThat(readme()).as("the README").contains(command);
		String text = Files.readString(file);
		int place = text.indexOf(before, text.indexOf("pricing"));
		assertThat(place).as(before).isPositive();
		Files.writeString(file, text.substring(0, place) + after + text.substring(place + before.length()));
	}

	private static int move(ConfigurableApplicationContext shop, String json) {
		assertThat(readme()).as("the README").contains("-d " + json + " localhost:8080/actuator/migrations/pricing");
		ResponseEntity<Void> answer = http(shop).post()
			.uri("/actuator/migrations/pricing")
			.contentType(MediaType.APPLICATION_JSON)
			.body(json.substring(1, json.length() - 1))
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toBodilessEntity();
		return answer.getStatusCode().value();
	}

	private static void quoteIsAskedForOnBothSides(ConfigurableApplicationContext shop) {
		new ShopApi(port(shop)).quote(new Cart("CHF", List.of(new Cart.Item("SKU-001", 1, BigDecimal.TEN))));
		await().untilAsserted(
				() -> assertThat(StreamSupport.stream(flag(shop, "pricing").get("calls").spliterator(), false)
					.filter((calls) -> calls.get("stage").asString().equals("live") && calls.get("count").asLong() > 0)
					.map((calls) -> calls.get("origin").asString())).containsExactlyInAnyOrder("old", "new"));
	}

	private static JsonNode flag(ConfigurableApplicationContext shop, String flag) {
		JsonNode json = http(shop).get()
			.uri("/actuator/migrations/{flag}", Map.of("flag", flag))
			.retrieve()
			.body(JsonNode.class);
		return Objects.requireNonNull(json);
	}

	private static RestClient http(ConfigurableApplicationContext shop) {
		return RestClient.create("http://127.0.0.1:" + port(shop));
	}

	private static int port(ConfigurableApplicationContext shop) {
		return shop.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	private static String readme() {
		try {
			return Files.readString(Path.of("README.md"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
