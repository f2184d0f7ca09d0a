package dev.migrationflags.boot.actuator;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.actuator.ShopServer.Answer;
import dev.migrationflags.flags.FlagRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The health of migrations, which is always good.
 */
class MigrationsHealthTests {

	private static final String DETAILS = "--management.endpoint.health.show-details=always";

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void healthSaysWhereEveryFlagIs(WebApplicationType type) {
		try (ShopServer server = ShopServer.start(type, DETAILS)) {
			Answer answer = server.get("/health/migrations");
			assertThat(answer.status()).isEqualTo(200);
			JsonNode json = answer.json();
			assertThat(json.get("status").asString()).isEqualTo("UP");
			assertThat(json.at("/details/orders-db").toString()).isEqualTo("""
					{"stage":"shadow","epoch":0,"source":"properties"}""");
			assertThat(json.at("/details/pricing/source").asString()).isEqualTo("bean");
			assertThat(json.at("/details/rates/source").asString()).isEqualTo("ratesSource");
			assertThat(json.get("details").propertyNames()).hasSize(4);
		}
	}

	@Test
	void troubleOfASourceIsADetailAndNotAFailure() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET, DETAILS)) {
			ShopServer.Rates source = server.bean(ShopServer.Rates.class);
			source.stage = MigrationStage.COMPLETE;
			await().until(() -> server.get("/health/migrations").json().at("/details/rates").has("hold"));
			source.failure = new IllegalStateException("password=secret");
			await().until(() -> server.get("/health/migrations").json().at("/details/rates").has("lastSourceError"));
			JsonNode json = server.get("/health/migrations").json();
			assertThat(json.get("status").asString()).isEqualTo("UP");
			assertThat(json.at("/details/rates/stage").asString()).isEqualTo("dualwrite");
			assertThat(json.at("/details/rates/hold/stage").asString()).isEqualTo("complete");
			assertThat(json.at("/details/rates/hold/source").asString()).isEqualTo("ratesSource");
			assertThat(json.at("/details/rates/hold/reasons")).isNotEmpty();
			assertThat(json.at("/details/rates/lastSourceError").propertyNames()).containsExactly("source", "time",
					"message");
			assertThat(json.at("/details/rates/lastSourceError/source").asString()).isEqualTo("ratesSource");
			assertThat(json.toString()).doesNotContain("secret");
		}
	}

	@Test
	void failedSecondWritesLeaveTheApplicationUp() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET, DETAILS)) {
			server.bean(FlagRegistry.class).get("orders-db").secondaryWriteFailed();
			assertThat(server.get("/health/migrations").json().get("status").asString()).isEqualTo("UP");
			assertThat(server.get("/health").status()).isEqualTo(200);
		}
	}

	@Test
	void detailsAreNotShownToEverybody() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET)) {
			assertThat(server.get("/health").body()).doesNotContain("orders-db");
		}
	}

	@Test
	void healthCanBeSwitchedOff() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET,
				"--management.health.migrations.enabled=false")) {
			assertThat(server.get("/health/migrations").status()).isEqualTo(404);
		}
	}

}
