package dev.migrationflags.boot.actuator;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import javax.management.ObjectName;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.actuator.ShopServer.Answer;
import dev.migrationflags.flags.FlagRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the endpoint shows and does where it is open, on both kinds of servers.
 */
@ParameterizedClass
@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
class MigrationsEndpointTests {

	private static final String PROBLEM = "application/problem+json";

	private static ShopServer server;

	@Parameter
	WebApplicationType type;

	private MigrationFlags flags;

	@BeforeParameterizedClassInvocation
	static void start(WebApplicationType type) {
		server = ShopServer.start(type, "--management.endpoints.web.exposure.include=migrations,loggers",
				"--management.endpoint.migrations.access=unrestricted", "--spring.jmx.enabled=true",
				"--management.endpoints.jmx.exposure.include=*");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		server.close();
	}

	@BeforeEach
	void backToTheStart() {
		this.flags = server.bean(MigrationFlags.class);
		move("orders-db", MigrationStage.SHADOW);
		move("receipts", MigrationStage.OFF);
	}

	private void move(String flag, MigrationStage stage) {
		if (this.flags.stage(flag) != stage) {
			this.flags.forceTo(flag, stage, "a test begins");
		}
	}

	private static long epoch(String flag) {
		return server.get("/migrations").json().at("/flags/" + flag + "/epoch").asLong();
	}

	@Test
	void listShowsEveryFlagInShort() {
		this.flags.moveTo("receipts", MigrationStage.COMPLETE, "test");
		Answer answer = server.get("/migrations");
		assertThat(answer.status()).isEqualTo(200);
		JsonNode json = answer.json();
		assertThat(fields(json)).containsExactly("durable", "flags");
		assertThat(json.get("durable").asBoolean(true)).isFalse();
		assertThat(fields(json.get("flags"))).containsExactlyInAnyOrder("orders-db", "pricing", "receipts", "rates");
		assertThat(json.at("/flags/orders-db").toString()).isEqualTo(("""
				{"stage":"shadow","stages":["off","dualwrite","shadow","live","rampdown","complete"],"epoch":%d,\
				"source":"%s","rollout":{"live":12.5},"next":"live","previous":"dualwrite"}""")
			.formatted(epoch("orders-db"), (epoch("orders-db") > 0) ? "store" : "properties"));
		assertThat(json.at("/flags/pricing").toString()).isEqualTo("""
				{"stage":"off","stages":["off","shadow","live","complete"],"epoch":0,"source":"bean","rollout":{},\
				"next":"shadow"}""");
		assertThat(json.at("/flags/receipts").toString()).isEqualTo("""
				{"stage":"complete","stages":["off","complete"],"epoch":%d,"source":"store","rollout":{},\
				"previous":"off"}""".formatted(epoch("receipts")));
		assertThat(json.at("/flags/rates/source").asString()).isEqualTo("ratesSource");
	}

	@Test
	void reportHasEverything() {
		ShopServer.Orders orders = server.bean(ShopServer.OldOrders.class);
		orders.find(1);
		orders.find(100);
		orders.save(1);
		this.flags.moveTo("orders-db", MigrationStage.DUAL_WRITE, "back");
		this.flags.moveTo("orders-db", MigrationStage.SHADOW, "and forth");
		JsonNode json = server.get("/migrations/orders-db").json();
		assertThat(fields(json)).containsExactly("stage", "stages", "epoch", "source", "rollout", "next", "previous",
				"operations", "calls", "comparisons", "repairs", "sync", "mismatches", "changes", "readiness");

		assertThat(json.get("operations")).hasSize(2).allSatisfy((operation) -> {
			assertThat(fields(operation)).containsExactly("name", "type", "old", "new");
			assertThat(operation.get("old").asString()).contains("OldOrders", operation.get("name").asString());
			assertThat(operation.get("new").asString()).contains("NewOrders", operation.get("name").asString());
		});
		assertThat(json.get("operations").valueStream().map((operation) -> operation.get("type").asString()))
			.containsExactlyInAnyOrder("read", "write");

		assertThat(json.get("calls")).isNotEmpty().allSatisfy((calls) -> {
			assertThat(fields(calls)).startsWith("operation", "type", "stage", "origin", "count", "errors", "mean");
			assertThat(calls.get("count").asLong()).isPositive();
			assertThat(calls.get("errors").asLong()).isZero();
			assertThat(calls.get("mean").asDouble()).isBetween(0.0, 10.0);
		});
		assertThat(json.get("calls")
			.valueStream()
			.map((calls) -> Stream.of("operation", "type", "stage", "origin")
				.map((field) -> calls.get(field).asString())
				.toList()))
			.contains(List.of("find", "read", "shadow", "old"), List.of("find", "read", "shadow", "new"),
					List.of("save", "write", "shadow", "old"), List.of("save", "write", "shadow", "new"));

		assertThat(json.get("comparisons")).singleElement().satisfies((comparisons) -> {
			assertThat(fields(comparisons)).containsExactly("operation", "stage", "match", "mismatch", "old_error",
					"new_error", "timeout", "comparator_error");
			assertThat(comparisons.get("operation").asString()).isEqualTo("find");
			assertThat(comparisons.get("stage").asString()).isEqualTo("shadow");
			assertThat(comparisons.get("match").asLong()).isPositive();
			assertThat(comparisons.get("mismatch").asLong()).isPositive();
		});

		assertThat(json.get("repairs").toString()).isEqualTo("""
				{"pending":0,"parked":0,"oldestAge":0.0}""");
		assertThat(json.get("sync").toString()).isEqualTo("""
				{"state":"idle","done":0,"rate":0.0,"differences":0}""");

		JsonNode mismatch = json.get("mismatches").get(0);
		assertThat(fields(mismatch)).containsExactly("operation", "stage", "time", "keyDigest", "differences");
		assertThat(Instant.parse(mismatch.get("time").asString())).isBefore(Instant.now());
		assertThat(mismatch.get("keyDigest").asString()).isNotEmpty().doesNotContain("100");
		assertThat(mismatch.get("differences").toString()).isEqualTo("""
				[{"path":"","kind":"VALUE"}]""");

		JsonNode changes = json.get("changes");
		assertThat(changes).allSatisfy((change) -> assertThat(fields(change)).containsExactly("from", "to", "reason",
				"actor", "epoch", "forced", "time"));
		assertThat(changes.valueStream().limit(2).map((change) -> change.get("reason").asString()))
			.containsExactly("and forth", "back");
		assertThat(changes.get(0).get("actor").asString()).isEqualTo("system");
		assertThat(changes.get(0).get("epoch").asLong()).isEqualTo(json.get("epoch").asLong());
		assertThat(Instant.parse(changes.get(0).get("time").asString())).isBefore(Instant.now());

		JsonNode readiness = json.get("readiness");
		assertThat(fields(readiness)).containsExactly("ready", "checks");
		assertThat(readiness.get("ready").isBoolean()).isTrue();
		assertThat(readiness.get("checks")).isNotEmpty()
			.allSatisfy((check) -> assertThat(fields(check)).containsExactly("name", "ok", "blocks", "detail"));
	}

	@Test
	void timesThatAreUnknownAreAbsent() {
		server.bean(ShopServer.OldOrders.class).find(1);
		this.flags.moveTo("orders-db", MigrationStage.DUAL_WRITE, "what is known of the last minutes begins anew");
		Answer answer = server.get("/migrations/orders-db");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).doesNotContain("NaN", "null");
		JsonNode earlier = answer.json()
			.get("calls")
			.valueStream()
			.filter((calls) -> calls.get("stage").asString().equals("shadow"))
			.findFirst()
			.orElseThrow();
		assertThat(earlier.has("mean")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/migrations/nonsense", "/migrations/Orders-Db", "/migrations/%00", "/migrations/%2e" })
	void unknownFlagIsNotFound(String path) {
		assertThat(server.get(path).status()).isIn(400, 404);
	}

	@Test
	void unknownFlagIsAProblemThatNamesTheKnownOnes() {
		String move = "{\"stage\": \"off\", \"reason\": \"test\"}";
		assertThat(List.of(server.get("/migrations/nonsense"), server.post("/migrations/nonsense", move),
				server.post("/migrations/nonsense/backfill"), server.post("/migrations/nonsense/verification"),
				server.post("/migrations/nonsense/repairs")))
			.allSatisfy((answer) -> {
				assertThat(answer.status()).isEqualTo(404);
				assertThat(answer.type()).isEqualTo(PROBLEM);
				assertThat(answer.json().get("status").asInt()).isEqualTo(404);
				assertThat(answer.problem()).contains("orders-db").doesNotContain("nonsense");
			});
	}

	@Test
	void moveAnswersWithTheNewObject() {
		long epoch = epoch("orders-db");
		Answer answer = server.post("/migrations/orders-db", """
				{"stage": "live", "reason": "no mismatch for a week", "force": false, "epoch": %d}""".formatted(epoch));
		assertThat(answer.status()).isEqualTo(200);
		JsonNode json = answer.json();
		assertThat(json.get("stage").asString()).isEqualTo("live");
		assertThat(json.get("epoch").asLong()).isEqualTo(epoch + 1);
		assertThat(json.get("source").asString()).isEqualTo("store");
		assertThat(json.get("previous").asString()).isEqualTo("shadow");
		JsonNode change = json.get("changes").get(0);
		assertThat(change.get("reason").asString()).isEqualTo("no mismatch for a week");
		assertThat(change.get("actor").asString()).isEqualTo("system");
		assertThat(change.get("forced").asBoolean(true)).isFalse();
		assertThat(this.flags.stage("orders-db")).isEqualTo(MigrationStage.LIVE);
		assertThat(server.get("/migrations/orders-db").json().get("stage").asString()).isEqualTo("live");
	}

	@Test
	void moveToTheSameStageChangesNothing() {
		long epoch = epoch("orders-db");
		Answer answer = server.post("/migrations/orders-db", "{\"stage\": \"shadow\", \"reason\": \"test\"}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().get("epoch").asLong()).isEqualTo(epoch);
	}

	@Test
	void reasonMayHaveAnyCharacters() {
		String reason = "line\nbreak \u001b[31m \u0000 \"quote\" <script> Zürich \ud83d\ude80";
		String body = JsonMapper.shared().writeValueAsString(java.util.Map.of("stage", "dualwrite", "reason", reason));
		Answer answer = server.post("/migrations/orders-db", body);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().at("/changes/0/reason").asString()).isEqualTo(reason);
		assertThat(answer.body()).doesNotContain("\u001b", "\u0000", "\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0',
			value = { "{\"stage\": \"nonsense\", \"reason\": \"test\"} | stage: use one of off, dualwrite,",
					"{\"stage\": \"LIVE\", \"reason\": \"test\"} | stage: ",
					"{\"stage\": \"\", \"reason\": \"test\"} | stage: ",
					"{\"stage\": null, \"reason\": \"test\"} | stage: ",
					"{\"stage\": 3, \"reason\": \"test\"} | stage: ", "{\"reason\": \"test\"} | stage: ",
					"{\"stage\": \"live\"} | reason: say why", "{\"stage\": \"live\", \"reason\": null} | reason: ",
					"{\"stage\": \"live\", \"reason\": \" \\n\"} | reason: ",
					"{\"stage\": \"live\", \"reason\": \"test\", \"epoch\": \"x\"} | epoch: ",
					"{\"stage\": \"live\", \"reason\": \"test\", \"epoch\": 1.5} | epoch: ",
					"{\"stage\": \"live\", \"reason\": \"test\", \"epoch\": 99999999999999999999} | epoch: ",
					"{\"stage\": \"live\", \"reason\": \"test\", \"force\": \"yes\"} | force: ",
					"{\"stage\": \"live\", \"reason\": \"test\", \"force\": 1} | force: ", "{} | stage: " })
	void mistakeIsABadRequest(String body, String problem) {
		Answer answer = server.post("/migrations/orders-db", body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.type()).isEqualTo(PROBLEM);
		assertThat(answer.problem()).contains(problem);
		assertThat(answer.json().get("status").asInt()).isEqualTo(400);
		assertThat(fields(answer.json())).containsExactly("title", "status", "detail");
		assertThat(this.flags.stage("orders-db")).isEqualTo(MigrationStage.SHADOW);
	}

	@Test
	void allMistakesAreSaidAtOnce() {
		Answer answer = server.post("/migrations/orders-db", "{\"epoch\": \"x\", \"force\": \"y\"}");
		assertThat(answer.problem()).contains("stage: ", "reason: ", "epoch: ", "force: ");
	}

	@Test
	void postWithoutABodyIsABadRequest() {
		Answer answer = server.post("/migrations/orders-db", "");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.problem()).contains("stage: ", "reason: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "[]", "\"live\"", "{\"stage\": {\"a\": 1}, \"reason\": \"test\"}", "stage=live" })
	void bodyThatIsNoObjectOfPlainValuesIsABadRequest(String body) {
		for (String path : List.of("/migrations/orders-db", "/migrations/orders-db/backfill")) {
			Answer answer = server.post(path, body);
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.type()).isEqualTo(PROBLEM);
			assertThat(fields(answer.json())).containsExactly("title", "status", "detail");
			assertThat(answer.problem()).startsWith("body: use a JSON object")
				.doesNotContain("live", "Token", "Jackson");
		}
		assertThat(this.flags.stage("orders-db")).isEqualTo(MigrationStage.SHADOW);
	}

	@Test
	void parametersThatAreGivenTwiceAreABadRequest() {
		Answer answer = server.post("/migrations/orders-db?stage=live&stage=off", "{\"reason\": \"test\"}");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.type()).isEqualTo(PROBLEM);
		assertThat(this.flags.stage("orders-db")).isEqualTo(MigrationStage.SHADOW);
	}

	@Test
	void bodiesOfOthersAreNoConcernOfOurs() {
		Answer answer = server.post("/loggers/dev.migrationflags", "{");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.type()).isNotEqualTo(PROBLEM);
	}

	@Test
	void stageThatTheFlagLacksIsABadRequestAlsoWhenForced() {
		Answer answer = server.post("/migrations/receipts",
				"{\"stage\": \"shadow\", \"reason\": \"test\", \"force\": true}");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.problem()).isEqualTo("stage: use one of off, complete");
	}

	@Test
	void longReasonIsABadRequest() {
		String body = "{\"stage\": \"live\", \"reason\": \"%s\"}";
		Answer answer = server.post("/migrations/orders-db", body.formatted("x".repeat(1001)));
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.problem()).isEqualTo("reason: use 1000 characters at most");
		assertThat(server.post("/migrations/orders-db", body.formatted("x".repeat(1000))).status()).isEqualTo(200);
	}

	@Test
	void refusedMoveIsAConflictWithEveryReason() {
		Answer answer = server.post("/migrations/orders-db",
				"{\"stage\": \"complete\", \"reason\": \"test\", \"epoch\": 4711}");
		assertThat(answer.status()).isEqualTo(409);
		assertThat(answer.type()).isEqualTo(PROBLEM);
		assertThat(fields(answer.json())).containsExactly("title", "status", "detail", "refused");
		assertThat(answer.refused()).hasSize(2)
			.anySatisfy((reason) -> assertThat(reason).contains("4711"))
			.anySatisfy((reason) -> assertThat(reason).contains("more than one step"));
		assertThat(this.flags.stage("orders-db")).isEqualTo(MigrationStage.SHADOW);
	}

	@Test
	void forceOverridesChecksButNotTheEpoch() {
		server.bean(FlagRegistry.class).get("orders-db").secondaryWriteFailed();
		String move = "{\"stage\": \"live\", \"reason\": \"it must be\", \"force\": %s}";
		Answer refused = server.post("/migrations/orders-db", move.formatted(false));
		assertThat(refused.status()).isEqualTo(409);
		assertThat(refused.refused()).anySatisfy((reason) -> assertThat(reason).contains("writes failed"));
		assertThat(server.post("/migrations/orders-db", """
				{"stage": "live", "reason": "it must be", "force": true, "epoch": 4711}""").status()).isEqualTo(409);
		Answer forced = server.post("/migrations/orders-db", move.formatted(true));
		assertThat(forced.status()).isEqualTo(200);
		assertThat(forced.json().at("/changes/0/forced").asBoolean(false)).isTrue();
		assertThat(forced.json().at("/changes/0/reason").asString()).isEqualTo("it must be");
	}

	@Test
	void flagOfADynamicSourceIsNotMovedHere() {
		for (boolean force : new boolean[] { false, true }) {
			Answer answer = server.post("/migrations/rates",
					"{\"stage\": \"shadow\", \"reason\": \"test\", \"force\": %s}".formatted(force));
			assertThat(answer.status()).isEqualTo(409);
			assertThat(answer.refused()).contains("owned by ratesSource");
		}
	}

	@Test
	void whatTheOwnerWantsAndDoesNotGetIsShown() {
		ShopServer.Rates source = server.bean(ShopServer.Rates.class);
		source.stage = MigrationStage.COMPLETE;
		try {
			org.awaitility.Awaitility.await().until(() -> server.get("/migrations/rates").json().has("hold"));
			JsonNode hold = server.get("/migrations/rates").json().get("hold");
			assertThat(fields(hold)).containsExactly("stage", "source", "reasons");
			assertThat(hold.get("stage").asString()).isEqualTo("complete");
			assertThat(hold.get("source").asString()).isEqualTo("ratesSource");
			assertThat(hold.get("reasons")).isNotEmpty();
		}
		finally {
			source.stage = MigrationStage.DUAL_WRITE;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "backfill", "verification" })
	void flagWithoutKeyedStoresHasNothingToGoThrough(String task) {
		Answer answer = server.post("/migrations/orders-db/" + task);
		assertThat(answer.status()).isEqualTo(409);
		assertThat(answer.type()).isEqualTo(PROBLEM);
		assertThat(answer.refused()).singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
			.contains("keyed stores");
	}

	@Test
	void flagWithoutKeyedStoresHasNothingToRetry() {
		Answer answer = server.post("/migrations/orders-db/repairs");
		assertThat(answer.status()).isEqualTo(202);
		assertThat(answer.body()).isEqualTo("{\"retried\":0}");
	}

	@Test
	void unknownTaskIsNotFound() {
		Answer answer = server.post("/migrations/orders-db/nonsense");
		assertThat(answer.status()).isEqualTo(404);
		assertThat(answer.type()).isEqualTo(PROBLEM);
	}

	@Test
	void nothingIsOfferedOverJmx() throws Exception {
		Set<ObjectName> names = ManagementFactory.getPlatformMBeanServer()
			.queryNames(new ObjectName("org.springframework.boot:type=Endpoint,*"), null);
		assertThat(names).extracting((name) -> name.getKeyProperty("name"))
			.contains("Health")
			.doesNotContain("Migrations");
	}

	private static List<String> fields(JsonNode json) {
		return List.copyOf(json.propertyNames());
	}

}
