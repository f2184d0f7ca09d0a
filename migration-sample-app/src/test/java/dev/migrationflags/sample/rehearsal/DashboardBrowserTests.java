package dev.migrationflags.sample.rehearsal;

import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.sample.orders.Address;
import dev.migrationflags.sample.orders.Customer;
import dev.migrationflags.sample.orders.NewOrder;
import dev.migrationflags.sample.orders.OrderLine;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard of the served sample, under traffic, in a real browser.
 */
@Tag("browser")
@Timeout(120)
class DashboardBrowserTests {

	private static final String CANARY = "Kanarienvogel";

	private static final String HISTORY = "section[aria-labelledby=history-title]";

	private static final String SYNC = "section[aria-labelledby=sync-title]";

	private static final String MISMATCHES = "section[aria-labelledby=paths-title]";

	private static ConfigurableApplicationContext shop;

	private static Browser browser;

	private static String address;

	@BeforeAll
	static void start() {
		browser = new Browser();
		shop = serve("--plant=rounding", "--migration.flags.orders-db.write.deadline=2s");
		address = address(shop);
	}

	private static ConfigurableApplicationContext serve(String... more) {
		String[] args = new String[more.length + 1];
		System.arraycopy(more, 0, args, 0, more.length);
		args[more.length] = "--server.port=0";
		return Serve.start(new PrintStream(OutputStream.nullOutputStream()), args);
	}

	private static String url(String dataSource) {
		return shop.getBean(dataSource, HikariDataSource.class).getJdbcUrl();
	}

	private static String address(ConfigurableApplicationContext shop) {
		return "http://localhost:%s/migrations/".formatted(shop.getEnvironment().getProperty("local.server.port"));
	}

	@AfterAll
	static void stop() {
		browser.close();
		shop.close();
	}

	@AfterEach
	void nothingIsWrongOnTheConsoleAndNobodyElseIsAsked() {
		assertThat(browser.complaints()).isEmpty();
		assertThat(browser.exchange().servers()).allMatch((server) -> server.startsWith("localhost:"));
		browser.anyWidth();
		browser.scheme("light");
	}

	@Test
	void overviewShowsAllMigrationsAndItsNumbersMove() {
		browser.open(address);
		browser.awaitText(".cards", "orders-db", "pricing", "receipts");
		browser.awaitText(".connection", "live");
		String sameAnswer = ".card:has([href$=pricing]) .facts div:nth-child(3) dd";
		browser.awaitOther(sameAnswer, browser.text(sameAnswer));
	}

	@Test
	void plantedMismatchIsShownWithItsPath() {
		browser.open(address + "#/pricing");
		browser.awaitText(MISMATCHES, "lines[*].price", "subtotal", "value", "quote");
		String how = MISMATCHES + " tbody tr:first-child td.number";
		browser.awaitOther(how, browser.text(how));
	}

	@Test
	void stageIsAdvancedWithAReasonThatTheHistoryKeeps() {
		openedAt("orders-db", MigrationStage.OFF);
		browser.type("#reason", "both sides are ready");
		browser.click("#advance");
		browser.awaitText(".track .now", "dualwrite", "now");
		browser.awaitText(HISTORY, "both sides are ready", "system");
		assertThat(stage("orders-db")).isEqualTo(MigrationStage.DUAL_WRITE);
	}

	@Test
	void ordersAreBackfilledAndMovedToLiveByHand() {
		openedAt("orders-db", MigrationStage.DUAL_WRITE);
		browser.click("#backfill");
		browser.awaitText(SYNC, "backfill: done");
		for (String stage : List.of("shadow", "live")) {
			browser.type("#reason", "on to " + stage);
			browser.click("#advance");
			browser.awaitText(".track .now", stage, "now");
		}
		browser.awaitText(HISTORY, "on to shadow", "on to live");
		assertThat(stage("orders-db")).isEqualTo(MigrationStage.LIVE);
	}

	@Test
	void moveWithoutAReasonAsksForOne() {
		openedAt("orders-db", MigrationStage.OFF);
		browser.click("#advance");
		browser.awaitText("#reason-missing", "Say why");
		assertThat(stage("orders-db")).isEqualTo(MigrationStage.OFF);
	}

	@Test
	void refusedMoveShowsTheReasonsAndAForcedOneIsMarkedInTheHistory() {
		openedAt("orders-db", MigrationStage.SHADOW);
		browser.type("#reason", "too early");
		browser.click("#advance");
		browser.awaitText(".refused", "The move to live was refused:", "backfill");
		assertThat(stage("orders-db")).isEqualTo(MigrationStage.SHADOW);
		assertThat(browser.complaints()).singleElement().asString().contains("409");

		browser.click("#force");
		browser.run("""
				const stage = document.querySelector("dialog select");
				stage.value = "live";
				stage.dispatchEvent(new Event("change", { bubbles: true }));
				""");
		browser.type("dialog input", "on my head");
		browser.click("dialog button.danger");
		browser.awaitText(".track .now", "live");
		browser.awaitText(HISTORY + " tbody tr:first-child", "live", "forced", "on my head");
		at("orders-db", MigrationStage.OFF);
	}

	@Test
	void flagIsMovedWithTheKeyboardAlone() {
		at("receipts", MigrationStage.OFF);
		browser.open(address);
		browser.awaitText(".cards", "receipts");
		assertThat(browser.tabTo(".card a[href='#/receipts']")).isTrue();
		browser.press(Keys.ENTER);
		browser.awaitText("h1", "receipts");
		assertThat(browser.tabTo("#reason")).isTrue();
		browser.press("no mouse at hand");
		assertThat(browser.tabTo("#advance")).isTrue();
		browser.press(Keys.ENTER);
		browser.awaitText(".track .now", "complete");
		browser.awaitText(HISTORY, "no mouse at hand");
	}

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void axeFindsNothingSerious(String scheme) {
		browser.scheme(scheme);
		browser.open(address);
		browser.awaitText(".cards", "pricing");
		assertThat(browser.barriers()).isEmpty();
		browser.open(address + "#/pricing");
		browser.awaitText(MISMATCHES, "lines[*].price");
		browser.click("#advance");
		browser.awaitText("#reason-missing", "Say why");
		assertThat(browser.barriers()).isEmpty();
		browser.click("#force");
		browser.awaitText("dialog", "Force it");
		assertThat(browser.barriers()).isEmpty();
	}

	@Test
	void pageFitsOnAPhone() {
		browser.width(390);
		for (String page : List.of("", "#/orders-db", "#/pricing", "#/receipts")) {
			browser.open(address + page);
			browser.awaitText("h1", "");
			if (page.endsWith("pricing")) {
				browser.awaitText(MISMATCHES, "lines[*].price");
			}
			assertThat(browser.run("return document.documentElement.scrollWidth")).as(page).isEqualTo(390L);
		}
	}

	@Test
	void noValueOfTheDataLeavesTheServer() throws Exception {
		at("orders-db", MigrationStage.SHADOW);
		ShopApi api = new ShopApi(URI.create(address).getPort());
		long id = Objects.requireNonNull(api.place(canary()).id());
		shop.getBean("newJdbc", JdbcClient.class)
			.sql("update orders set note = ? where id = ?")
			.params("another " + CANARY, id)
			.update();
		assertThat(api.find(id).note()).isEqualTo(CANARY);
		browser.open(address + "#/orders-db");
		browser.awaitText(MISMATCHES, "note", "findById");
		assertThat(browser.run("return document.documentElement.outerHTML")).asString()
			.contains("findById")
			.doesNotContain(CANARY);
		List<String> received = browser.exchange().received();
		assertThat(received).anyMatch((event) -> event.contains("\"path\":\"note\""))
			.anyMatch((body) -> body.contains("<!doctype html>"))
			.noneMatch((any) -> any.contains(CANARY));
		String report = send(HttpRequest.newBuilder(URI.create(address).resolve("/actuator/migrations/orders-db")))
			.body();
		assertThat(report).contains("\"path\":\"note\"").doesNotContain(CANARY);
	}

	private static NewOrder canary() {
		return new NewOrder(new Customer(CANARY, CANARY, CANARY + "@example.org"),
				new Address(CANARY, CANARY, CANARY, "CH"), "CHF", CANARY,
				List.of(new OrderLine(CANARY, CANARY, 1, BigDecimal.TEN)));
	}

	@Test
	void closedEndpointShowsNoButtonsAndRefusesThePost() throws Exception {
		try (ConfigurableApplicationContext closed = serve("--management.endpoint.migrations.access=read-only",
				"--sample.postgres.old=" + url("oldDataSource"), "--sample.postgres.new=" + url("newDataSource"))) {
			browser.open(address(closed) + "#/pricing");
			browser.awaitText(".bar", "read only");
			browser.awaitText("h1", "pricing");
			assertThat(browser.has("button")).isFalse();
			HttpRequest.Builder move = HttpRequest.newBuilder(URI.create(address(closed) + "api/flags/pricing"))
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString("{\"stage\": \"live\", \"reason\": \"try\"}"));
			assertThat(send(move).statusCode()).isEqualTo(403);
			assertThat(closed.getBean(MigrationFlags.class).stage("pricing")).isEqualTo(MigrationStage.SHADOW);
			browser.open("about:blank");
		}
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
	}

	/** By way of off, so that what was copied before does not count. */
	private static void at(String flag, MigrationStage stage) {
		MigrationFlags flags = shop.getBean(MigrationFlags.class);
		flags.forceTo(flag, MigrationStage.OFF, "for a test");
		flags.forceTo(flag, stage, "for a test");
	}

	/**
	 * Waits until the page, which may have been open before, shows this very change: who
	 * moves a flag says from which epoch.
	 */
	private static void openedAt(String flag, MigrationStage stage) {
		at(flag, stage);
		browser.open(address + "#/" + flag);
		long epoch = shop.getBean(FlagRegistry.class).get(flag).epoch();
		browser.awaitText(".track .now", stage.key());
		browser.awaitText("main", "Epoch " + epoch + ",");
	}

	private static MigrationStage stage(String flag) {
		return shop.getBean(MigrationFlags.class).stage(flag);
	}

}
