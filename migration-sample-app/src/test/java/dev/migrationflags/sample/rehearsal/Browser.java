package dev.migrationflags.sample.rehearsal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real browser without a window, and what it has to say about the page.
 */
final class Browser implements AutoCloseable {

	/** Kept, or what is set for it here would be forgotten. */
	private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final String MISSING = """
			No %s found at %s: install it (apt-get install chromium chromium-driver; ./verify does that), or say \
			where it is in the environment variable %s. To do without these tests: ./mvnw verify -DexcludedGroups=browser""";

	private final JsonMapper json = JsonMapper.builder().build();

	private final ChromeDriver driver;

	Browser() {
		// it warns of every browser that is newer than itself
		SELENIUM.setLevel(Level.SEVERE);
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		logs.enable(LogType.PERFORMANCE, Level.ALL);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(program("browser", "CHROMIUM", "/usr/bin/chromium", "/usr/bin/chromium-browser",
				"/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"));
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
				"--disable-sync", "--disable-extensions", "--force-color-profile=srgb", "--window-size=1440,1000");
		options.setCapability("goog:loggingPrefs", logs);
		String service = program("driver of the browser", "CHROMEDRIVER", "/usr/bin/chromedriver",
				"/usr/lib/chromium-browser/chromedriver", "/opt/homebrew/bin/chromedriver",
				"/usr/local/bin/chromedriver");
		this.driver = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(Path.of(service).toFile())
					.usingAnyFreePort()
					.build(),
				options);
	}

	private static String program(String name, String variable, String... usual) {
		@Nullable String given = System.getenv(variable);
		List<String> places = (given != null) ? List.of(given) : List.of(usual);
		return places.stream()
			.filter((place) -> Files.isExecutable(Path.of(place)))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(MISSING.formatted(name, String.join(", ", places), variable)));
	}

	void open(String address) {
		// a page of its own each time, also where only the part after # is another one
		this.driver.get("about:blank");
		this.driver.get(address);
	}

	void reload() {
		this.driver.navigate().refresh();
	}

	/**
	 * The text of an element, once it is there.
	 */
	String text(String css) {
		return Awaitility.await(css).atMost(PATIENCE).until(() -> textNow(css), Objects::nonNull);
	}

	/**
	 * The text of all elements that fit, as it is shown now.
	 * @return {@code null} if there are none
	 */
	@Nullable String textNow(String css) {
		// in one look, since the page draws itself anew meanwhile
		return (String) run("""
				const found = [...document.querySelectorAll(arguments[0])];
				return found.length === 0 ? null : found.map((element) => element.innerText).join("\\n");
				""", css);
	}

	void awaitText(String css, String... parts) {
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(textNow(css)).as(css).contains(parts));
	}

	void awaitOther(String css, String than) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(textNow(css)).as(css).isNotNull().isNotEqualTo(than));
	}

	boolean has(String css) {
		return !this.driver.findElements(By.cssSelector(css)).isEmpty();
	}

	void type(String css, String text) {
		WebElement input = find(css);
		input.clear();
		input.sendKeys(text);
	}

	void click(String css) {
		find(css).click();
	}

	private WebElement find(String css) {
		return Awaitility.await(css)
			.atMost(PATIENCE)
			.until(() -> this.driver.findElements(By.cssSelector(css)), (found) -> !found.isEmpty())
			.get(0);
	}

	void press(CharSequence... keys) {
		new Actions(this.driver).sendKeys(keys).perform();
	}

	/**
	 * Goes on with the tabulator until an element has the focus.
	 * @return whether it ever had
	 */
	boolean tabTo(String css) {
		for (int i = 0; i < 60; i++) {
			if (Boolean.TRUE.equals(run("return document.activeElement.matches(arguments[0])", css))) {
				return true;
			}
			press(Keys.TAB);
		}
		return false;
	}

	@Nullable Object run(String script, Object... arguments) {
		return ((JavascriptExecutor) this.driver).executeScript(script, arguments);
	}

	void width(int pixels) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", pixels, "height", 844, "deviceScaleFactor", 1, "mobile", pixels < 600));
	}

	void anyWidth() {
		this.driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
	}

	void scheme(String scheme) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	/**
	 * What axe-core finds wrong, seriously or worse.
	 */
	List<String> barriers() {
		run(axe());
		@Nullable Object found = ((JavascriptExecutor) this.driver).executeAsyncScript("""
				const done = arguments[arguments.length - 1];
				axe.run().then((result) => done(JSON.stringify({
					rules: result.passes.length,
					violations: result.violations.map((rule) => ({
						impact: rule.impact, id: rule.id, nodes: rule.nodes.map((node) => node.html) })) })),
					(error) => done(JSON.stringify({ rules: 0, error: String(error) })));
				""");
		JsonNode result = this.json.readTree(String.valueOf(found));
		if (result.get("rules").asInt() < 10) {
			throw new IllegalStateException("axe-core did not run: " + result);
		}
		return result.get("violations")
			.valueStream()
			.filter((rule) -> Set.of("serious", "critical").contains(rule.get("impact").asString()))
			.map(JsonNode::toString)
			.toList();
	}

	private static String axe() {
		try (@Nullable
		InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
			return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Errors and warnings on the console since the last time, violations of the
	 * content-security policy among them.
	 */
	List<String> complaints() {
		return this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.map(LogEntry::getMessage)
			.toList();
	}

	/**
	 * What went to and fro since the last time. To be asked before the page is left.
	 */
	Exchange exchange() {
		Set<String> servers = new TreeSet<>();
		List<String> received = new ArrayList<>();
		for (LogEntry entry : this.driver.manage().logs().get(LogType.PERFORMANCE)) {
			JsonNode event = this.json.readTree(entry.getMessage()).get("message");
			switch (event.get("method").asString()) {
				case "Network.requestWillBeSent" -> {
					@Nullable String server = URI.create(event.at("/params/request/url").asString()).getAuthority();
					if (server != null) {
						servers.add(server);
					}
				}
				case "Network.responseReceived" -> received.add(event.get("params").toString());
				case "Network.loadingFinished" -> received.add(body(event.at("/params/requestId").asString()));
				case "Network.eventSourceMessageReceived" -> received.add(event.at("/params/data").asString());
				default -> {
				}
			}
		}
		return new Exchange(servers, received);
	}

	private String body(String requestId) {
		try {
			return String
				.valueOf(this.driver.executeCdpCommand("Network.getResponseBody", Map.of("requestId", requestId))
					.get("body"));
		}
		catch (WebDriverException ex) {
			// of a page that was left
			return "";
		}
	}

	/**
	 * What went to and fro.
	 *
	 * @param servers who was asked
	 * @param received headers, bodies and events
	 */
	record Exchange(Set<String> servers, List<String> received) {
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
