package dev.migrationflags.sample.observability;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

import dev.migrationflags.GuardrailEvent.Action;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.sample.SampleApplication;
import dev.migrationflags.sample.observability.ObservabilityFiles.Shown;
import dev.migrationflags.sample.observability.Things.NewThings;
import dev.migrationflags.sample.observability.Things.OldThings;
import dev.migrationflags.sample.pricing.Cart;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that the dashboard and the alerts ask Prometheus for is in a scrape of the
 * running shop, once each thing that is counted has happened: metrics, labels, and the
 * values that are spelt out.
 */
@Timeout(180)
class ScrapeTests {

	private static final String[] SETTINGS = { "--migration.flags.things.stage=shadow",
			"--migration.flags.things.read.timeout=30s", "--migration.flags.orders-db.stage=shadow",
			"--migration.flags.pricing.stage=off", "--migration.store.type=jdbc",
			"--migration.store.initialize-schema=always", "--migration.store.poll-interval=200ms",
			"--migration.repair.interval=100ms",
			// it would report what is done here on purpose
			"--logging.level.dev.migrationflags=ERROR" };

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static ConfigurableApplicationContext shop;

	private static RestClient http;

	private static OldThings oldThings;

	private static NewThings newThings;

	private static Series series;

	@BeforeAll
	static void letEverythingHappen() {
		shop = new SpringApplicationBuilder(SampleApplication.class, Watched.class).profiles("rehearsal").run(SETTINGS);
		http = RestClient.create("http://127.0.0.1:" + shop.getEnvironment().getRequiredProperty("local.server.port"));
		oldThings = shop.getBean(OldThings.class);
		newThings = shop.getBean(NewThings.class);
		trade();
		compare();
		write();
		guard();
		drop();
		((Watched.Unsteady) shop.getBean("migrationDataSource")).goAway();
		await((scrape) -> scrape.has("migration_flag_errors_total", "source", "store"));
		series = scrape();
		for (Map<String, Object> rule : ObservabilityFiles.rules()) {
			if (rule.containsKey("record")) {
				series.record((String) rule.get("record"), PromQl.parse((String) rule.get("expr")));
			}
		}
	}

	@AfterAll
	static void stop() {
		if (shop != null) {
			shop.close();
		}
	}

	/**
	 * What a shop does all day, and a move.
	 */
	private static void trade() {
		Cart cart = new Cart("CHF", List.of(new Cart.Item("SKU-001", 10, new BigDecimal("4.99"))));
		post("/quotes", cart);
		post("/actuator/migrations/pricing", Map.of("stage", "shadow", "reason", "a test"));
		post("/quotes", cart);
		http.get().uri("/orders/1").retrieve().toBodilessEntity();
		http.post().uri("/orders/1/receipt").retrieve().toBodilessEntity();
	}

	private static void post(String uri, Object body) {
		http.post().uri(uri).contentType(MediaType.APPLICATION_JSON).body(body).retrieve().toBodilessEntity();
	}

	/**
	 * Every verdict, and a context that cannot be told.
	 */
	private static void compare() {
		oldThings.put(1L, "a");
		newThings.put(1L, "a");
		oldThings.put(2L, "b");
		newThings.put(2L, "B");
		oldThings.look(1, "owner");
		oldThings.look(2, null);
		oldThings.fail(true);
		failing(() -> oldThings.look(1, "owner"));
		oldThings.fail(false);
		await(compared("old_error"));
		newThings.fail(true);
		oldThings.look(1, "owner");
		await(compared("new_error"));
		newThings.fail(false);
		await(compared("match").and(compared("mismatch")));
	}

	private static Predicate<Series> compared(String result) {
		return (scrape) -> scrape.has("migration_comparisons_total", "result", result);
	}

	/**
	 * A write of both sides, one that has to be repaired, and one that is rolled back.
	 */
	private static void write() {
		oldThings.save(3, "c");
		newThings.fail(true);
		oldThings.save(4, "d");
		await((scrape) -> scrape.has("migration_repairs_total", "result", "marked"));
		newThings.fail(false);
		await((scrape) -> scrape.has("migration_repairs_total", "result", "repaired"));
		new TransactionTemplate(shop.getBean("oldTransactionManager", JdbcTransactionManager.class))
			.executeWithoutResult((transaction) -> {
				oldThings.save(5, "e");
				transaction.setRollbackOnly();
			});
		await(skipped("rolled_back"));
	}

	/**
	 * A guardrail looks at a quarter of a minute at least: too long here. What it does is
	 * counted by the meters that it uses.
	 */
	private static void guard() {
		EngineMeters meters = shop.getBean(EngineMeters.class);
		Stream.of(Action.values()).forEach((action) -> meters.guardrail(Things.FLAG, action.key()));
	}

	/**
	 * A new side that hangs until there is no room in the pool, then one that fails until
	 * it is left out.
	 */
	private static void drop() {
		newThings.hang(true);
		Awaitility.await().atMost(PATIENCE).until(() -> looked(100, "saturated"));
		newThings.hang(false);
		newThings.fail(true);
		Awaitility.await().atMost(PATIENCE).until(() -> looked(10, "open"));
	}

	private static boolean looked(int times, String reason) {
		for (int i = 0; i < times; i++) {
			oldThings.look(1, "owner");
		}
		return skipped(reason).test(scrape());
	}

	private static Predicate<Series> skipped(String reason) {
		return (scrape) -> scrape.has("migration_skipped_total", "reason", reason);
	}

	private static void failing(ThrowingCallable call) {
		Assertions.assertThatIllegalStateException().isThrownBy(call);
	}

	private static void await(Predicate<Series> happened) {
		Awaitility.await().atMost(PATIENCE).until(() -> happened.test(scrape()));
	}

	private static Series scrape() {
		return Series.of(Objects.requireNonNull(http.get().uri("/actuator/prometheus").retrieve().body(String.class)));
	}

	@Test
	void everyQueryOfTheDashboardFindsItsMetricsAndLabels() {
		assertThat(ObservabilityFiles.shown()).isNotEmpty()
			.allSatisfy((shown) -> assertThat(series.missing(PromQl.parse(shown.query()))).as(shown.title()).isEmpty());
	}

	@Test
	void everyLegendNamesLabelsThatItsSeriesHave() {
		assertThat(ObservabilityFiles.shown())
			.allSatisfy((shown) -> assertThat(labelsOf(shown.query())).as(shown.title()).containsAll(named(shown)));
	}

	private static Set<String> named(Shown shown) {
		Set<String> labels = new TreeSet<>();
		Pattern.compile("\\{\\{(\\w+)}}")
			.matcher(shown.legend())
			.results()
			.forEach((match) -> labels.add(match.group(1)));
		return labels;
	}

	private static Set<String> labelsOf(String query) {
		PromQl parsed = PromQl.parse(query);
		Set<String> labels = new TreeSet<>(series.labels(parsed.metrics().get(0).name()));
		parsed.groupings().forEach((grouping) -> labels.retainAll(grouping.labels()));
		return labels;
	}

	@Test
	void everyVariableOfTheDashboardFindsItsMetricAndLabel() {
		Pattern labelValues = Pattern.compile("label_values\\((.+), (\\w+)\\)");
		int variables = 0;
		for (JsonNode variable : ObservabilityFiles.dashboard().path("templating").path("list")) {
			if (variable.path("type").asString().equals("query")) {
				var query = labelValues.matcher(variable.path("query").path("query").asString());
				assertThat(query.matches()).as("query of variable %s", variable.path("name")).isTrue();
				PromQl of = PromQl.parse(query.group(1));
				assertThat(series.missing(of)).isEmpty();
				assertThat(series.labels(of.metrics().get(0).name())).contains(query.group(2));
				variables++;
			}
		}
		assertThat(variables).isEqualTo(4);
	}

	@Test
	void everyRuleFindsItsMetricsAndLabels() {
		assertThat(ObservabilityFiles.rules()).isNotEmpty()
			.allSatisfy((rule) -> assertThat(series.missing(PromQl.parse((String) rule.get("expr")))).isEmpty());
	}

	@Test
	void theUnitTestsOfTheAlertsFeedSeriesThatExist() {
		assertThat(ObservabilityFiles.testedSeries()).isNotEmpty()
			.allSatisfy((tested) -> assertThat(PromQl.parse(tested).metrics()).singleElement()
				.satisfies((metric) -> assertThat(series.labels(metric.name())).as(tested)
					.containsExactlyInAnyOrderElementsOf(
							metric.conditions().stream().map(PromQl.Condition::label).toList())));
	}

	@Test
	void whatIsNotInTheScrapeIsNoticed() {
		assertThat(series.missing(PromQl.parse("sum by (flag, colour) (rate(migration_calls_total[5m]))")))
			.containsExactly("metric migration_calls_total");
		assertThat(series.missing(PromQl.parse("sum by (flag, colour) (migration_stage{mood=\"good\"})")))
			.contains("label mood of migration_stage", "label colour of migration_stage");
		assertThat(series.missing(PromQl.parse("migration_comparisons_total{result=~\"match|mismtach\"}")))
			.containsExactly("result=\"mismtach\" of migration_comparisons_total");
	}

	@Test
	void noPanelIsTiedToOneDataSource() {
		assertThat(ObservabilityFiles.dashboard().path("panels")).isNotEmpty()
			.filteredOn((panel) -> !panel.path("type").asString().equals("row"))
			.allSatisfy(
					(panel) -> assertThat(panel.path("datasource").path("uid").asString()).isEqualTo("${datasource}"));
	}

}
