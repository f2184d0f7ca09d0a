package dev.migrationflags.boot.source;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;

import com.launchdarkly.sdk.LDValue;
import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import com.launchdarkly.sdk.server.integrations.TestData;
import com.launchdarkly.sdk.server.interfaces.LDClientInterface;
import com.sun.net.httpserver.HttpServer;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.boot.source.SourcedApplication.Changes;
import dev.migrationflags.boot.source.SourcedApplication.NewSide;
import dev.migrationflags.boot.source.SourcedApplication.OldOrders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests with LaunchDarkly's own client: flags from its test data, events to a server on
 * the loopback.
 */
@ExtendWith(OutputCaptureExtension.class)
class LaunchDarklyTests {

	private final List<LDValue> events = new CopyOnWriteArrayList<>();

	private final TestData flags = TestData.dataSource();

	private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

	private volatile boolean notReady;

	private HttpServer sink;

	private ApplicationContextRunner runner = SourcedApplication.runner();

	@BeforeEach
	void start() throws IOException {
		HttpServer sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		sink.createContext("/", (exchange) -> {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			LDValue.parse(body).values().forEach(this.events::add);
			exchange.sendResponseHeaders(202, -1);
			exchange.close();
		});
		sink.start();
		this.sink = sink;
		this.runner = this.runner.withBean(LDClientInterface.class, this::troubled)
			.withPropertyValues("migration.flags.orders-db.stage=off");
	}

	@AfterEach
	void stop() {
		this.sink.stop(0);
	}

	private LDClient client() {
		URI address = URI.create("http://127.0.0.1:" + this.sink.getAddress().getPort());
		return new LDClient("sdk-key",
				new LDConfig.Builder().dataSource(this.flags)
					.serviceEndpoints(Components.serviceEndpoints().events(address))
					.events(Components.sendEvents().flushInterval(Duration.ofMillis(50)))
					.diagnosticOptOut(true)
					.logging(Components.noLogging())
					.build());
	}

	/**
	 * The client, which fails, or is not ready yet, if a test wants it.
	 */
	private LDClientInterface troubled() {
		LDClient client = client();
		return (LDClientInterface) Proxy.newProxyInstance(LDClientInterface.class.getClassLoader(),
				new Class<?>[] { LDClientInterface.class }, (proxy, method, args) -> {
					RuntimeException failure = this.failure.get();
					boolean evaluates = method.getName().equals("migrationVariation")
							|| method.getName().equals("isFlagKnown");
					if (failure != null && evaluates) {
						throw failure;
					}
					if (this.notReady && (method.getName().equals("isInitialized") || evaluates)) {
						return false;
					}
					try {
						return method.invoke(client, args);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private void flag(LDValue value) {
		this.flags.update(this.flags.flag("orders-db").valueForAll(value));
	}

	private void flag(MigrationStage stage) {
		flag(LDValue.of(stage.key()));
	}

	private List<LDValue> operations() {
		return this.events.stream().filter((event) -> event.get("kind").stringValue().equals("migration_op")).toList();
	}

	private LDValue operation() {
		await().until(() -> !operations().isEmpty());
		assertThat(operations()).hasSize(1);
		return operations().get(0);
	}

	private static List<String> sides(LDValue event, String measurement) {
		List<String> sides = new ArrayList<>();
		measurement(event, measurement).get("values").keys().forEach(sides::add);
		return sides;
	}

	private static LDValue measurement(LDValue event, String name) {
		return StreamSupport.stream(event.get("measurements").values().spliterator(), false)
			.filter((measurement) -> measurement.get("key").stringValue().equals(name))
			.findFirst()
			.orElse(LDValue.ofNull());
	}

	@ParameterizedTest
	@EnumSource
	void aReadRunsAtItsStageAndIsReported(MigrationStage stage) {
		flag(stage);
		this.runner.run((context) -> {
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(stage);
			context.getBean(OldOrders.class).find("1");
			LDValue event = operation();
			assertThat(event.get("operation").stringValue()).isEqualTo("read");
			assertThat(event.get("evaluation").get("key").stringValue()).isEqualTo("orders-db");
			assertThat(event.get("evaluation").get("value").stringValue()).isEqualTo(stage.key());
			assertThat(sides(event, "invoked")).containsExactlyInAnyOrderElementsOf(expected(stage, stage.readsBoth()));
			assertThat(sides(event, "latency_ms"))
				.containsExactlyInAnyOrderElementsOf(expected(stage, stage.readsBoth()));
			assertThat(measurement(event, "error").isNull()).isTrue();
			assertThat(measurement(event, "consistent").get("value"))
				.isEqualTo(stage.readsBoth() ? LDValue.of(true) : LDValue.ofNull());
		});
	}

	@ParameterizedTest
	@EnumSource
	void aWriteRunsAtItsStageAndIsReported(MigrationStage stage) {
		flag(stage);
		this.runner.run((context) -> {
			context.getBean(OldOrders.class).save("1");
			LDValue event = operation();
			assertThat(event.get("operation").stringValue()).isEqualTo("write");
			assertThat(event.get("evaluation").get("value").stringValue()).isEqualTo(stage.key());
			assertThat(sides(event, "invoked"))
				.containsExactlyInAnyOrderElementsOf(expected(stage, stage.writesBoth()));
			assertThat(sides(event, "latency_ms"))
				.containsExactlyInAnyOrderElementsOf(expected(stage, stage.writesBoth()));
			assertThat(measurement(event, "consistent").isNull()).isTrue();
		});
	}

	private static List<String> expected(MigrationStage stage, boolean both) {
		return both ? List.of("old", "new") : List.of(stage.authority().key());
	}

	@ParameterizedTest
	@ValueSource(strings = { "detached", "concurrent", "serial", "random" })
	void differentResultsAreReportedAsInconsistentInEveryMode(String mode) {
		flag(SHADOW);
		this.runner.withPropertyValues("migration.flags.orders-db.read.execution=" + mode).run((context) -> {
			context.getBean(NewSide.class).value = "new";
			assertThat(context.getBean(OldOrders.class).find("1")).isEqualTo("old");
			assertThat(measurement(operation(), "consistent").get("value")).isEqualTo(LDValue.of(false));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "detached", "concurrent", "serial", "random" })
	void aFailureIsReportedAndNotCompared(String mode) {
		flag(SHADOW);
		this.runner.withPropertyValues("migration.flags.orders-db.read.execution=" + mode).run((context) -> {
			context.getBean(NewSide.class).failure = new IllegalStateException();
			context.getBean(OldOrders.class).find("1");
			LDValue event = operation();
			assertThat(sides(event, "error")).containsExactly("new");
			assertThat(sides(event, "invoked")).containsExactlyInAnyOrder("old", "new");
			assertThat(measurement(event, "consistent").isNull()).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "detached", "concurrent" })
	void aSecondaryThatTakesTooLongIsReportedAsAnErrorAtItsLimit(String mode) {
		flag(SHADOW);
		CountDownLatch hang = new CountDownLatch(1);
		this.runner
			.withPropertyValues("migration.flags.orders-db.read.execution=" + mode,
					"migration.flags.orders-db.read.timeout=50ms")
			.run((context) -> {
				context.getBean(NewSide.class).onCall = () -> awaitUninterruptibly(hang);
				try {
					context.getBean(OldOrders.class).find("1");
					LDValue event = operation();
					assertThat(sides(event, "error")).containsExactly("new");
					assertThat(sides(event, "latency_ms")).containsExactly("old");
				}
				finally {
					hang.countDown();
				}
			});
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		boolean done = false;
		while (!done) {
			try {
				latch.await();
				done = true;
			}
			catch (InterruptedException ex) {
				// goes on, as bad drivers do
			}
		}
	}

	@Test
	void whatIsNotTrackedIsNotReported() {
		flag(SHADOW);
		this.runner
			.withPropertyValues("migration.flags.orders-db.track-latency=false",
					"migration.flags.orders-db.track-errors=false")
			.run((context) -> {
				context.getBean(NewSide.class).failure = new IllegalStateException();
				context.getBean(OldOrders.class).find("1");
				LDValue event = operation();
				assertThat(sides(event, "invoked")).hasSize(2);
				assertThat(measurement(event, "latency_ms").isNull()).isTrue();
				assertThat(measurement(event, "error").isNull()).isTrue();
			});
	}

	@Test
	void aContextHasTheStageThatItsRulesGiveAndIsTheOneReported() {
		this.flags.update(this.flags.flag("orders-db")
			.variations(LDValue.of("shadow"), LDValue.of("live"))
			.fallthroughVariation(0)
			.variationForKey(com.launchdarkly.sdk.ContextKind.of("customer"), "c-1", 1));
		this.runner
			.withBean(MigrationContextProvider.class,
					() -> () -> MigrationContext.of("customer", "c-1", Map.of("plan", "gold")))
			.withPropertyValues("migration.flags.orders-db.context=customer")
			.run((context) -> {
				MigrationFlags flags = context.getBean(MigrationFlags.class);
				assertThat(flags.stage("orders-db")).isEqualTo(SHADOW);
				assertThat(flags.stage("orders-db", MigrationContext.of("customer", "c-1"))).isEqualTo(LIVE);
				context.getBean(OldOrders.class).find("1");
				LDValue event = operation();
				assertThat(event.get("evaluation").get("value").stringValue()).isEqualTo("live");
				assertThat(event.toJsonString()).contains("c-1");
			});
	}

	@Test
	void aChangeIsInForceSoonAndAnEvent() {
		flag(OFF);
		this.runner.run((context) -> {
			flag(DUAL_WRITE);
			// a call does not wait while another thread follows the source
			await().untilAsserted(
					() -> assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(DUAL_WRITE));
			Changes changes = context.getBean(Changes.class);
			await().until(() -> !changes.events.isEmpty());
			assertThat(changes.events).singleElement()
				.satisfies((event) -> assertThat(event.actor()).isEqualTo("launchdarkly"));
			assertThatExceptionOfType(StageChangeRefusedException.class)
				.isThrownBy(() -> context.getBean(MigrationFlags.class).moveTo("orders-db", SHADOW, "go"))
				.withMessageContaining("owned by launchdarkly");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"\"", "\"LIVE\"", "\"nonsense\"", "3", "null", "true", "{\"a\": 1}" })
	void anAnswerThatIsNoStageLeavesTheLastGoodOne(String json) {
		flag(SHADOW);
		this.runner.run((context) -> {
			flag(LDValue.parse(json));
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
			assertThat(context.getBean(OldOrders.class).find("1")).isEqualTo("old");
			assertThat(SourcedApplication.errors(context, "launchdarkly")).isGreaterThanOrEqualTo(2);
			flag(DUAL_WRITE);
			// a call does not wait while another thread follows the source
			await().untilAsserted(
					() -> assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(DUAL_WRITE));
		});
	}

	@Test
	void aStageThatTheFlagDoesNotHaveLeavesTheLastGoodOne() {
		flag(SHADOW);
		this.runner.withPropertyValues("migration.flags.orders-db.stages=4").run((context) -> {
			flag(DUAL_WRITE);
			await().until(() -> SourcedApplication.errors(context, "launchdarkly") > 0);
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
			assertThat(context.getBean(OldOrders.class).save("1")).isEqualTo("old");
		});
	}

	@Test
	void aClientThatFailsUnderTrafficCostsNoCall(CapturedOutput output) {
		flag(SHADOW);
		this.runner.run((context) -> {
			OldOrders orders = context.getBean(OldOrders.class);
			AtomicBoolean stop = new AtomicBoolean();
			CompletableFuture<Integer> calls = CompletableFuture.supplyAsync(() -> {
				int count = 0;
				while (!stop.get()) {
					assertThat(orders.find("1")).isEqualTo("old");
					assertThat(orders.save("1")).isEqualTo("old");
					count++;
				}
				return count;
			});
			this.failure.set(new IllegalStateException("a secret"));
			await().until(() -> SourcedApplication.errors(context, "launchdarkly") > 20);
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
			this.failure.set(null);
			flag(DUAL_WRITE);
			await().until(() -> context.getBean(MigrationFlags.class).stage("orders-db") == DUAL_WRITE);
			stop.set(true);
			assertThat(calls.get(10, TimeUnit.SECONDS)).isPositive();
			assertThat(output.getOut().split("Source launchdarkly of flag 'orders-db'", -1)).hasSize(2);
			assertThat(output).doesNotContain("a secret");
		});
	}

	@Test
	void aFlagThatIsDeletedKeepsItsLastGoodStage() {
		flag(SHADOW);
		this.runner.run((context) -> {
			this.flags.delete("orders-db");
			await().until(() -> SourcedApplication.errors(context, "launchdarkly") > 0);
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
			assertThat(context.getBean(OldOrders.class).save("1")).isEqualTo("old");
		});
	}

	@Test
	void aFlagThatComesLateIsTakenOver() {
		this.runner.run((context) -> {
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(OFF);
			flag(DUAL_WRITE);
			await().until(() -> context.getBean(MigrationFlags.class).stage("orders-db") == DUAL_WRITE);
			assertThat(SourcedApplication.errors(context, "launchdarkly")).isZero();
		});
	}

	@Test
	void aClientThatIsNotReadyYetIsCountedAndPassedOver() {
		this.notReady = true;
		this.runner.run((context) -> {
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(OFF);
			assertThat(context.getBean(OldOrders.class).find("1")).isEqualTo("old");
			assertThat(SourcedApplication.errors(context, "launchdarkly")).isPositive();
			this.notReady = false;
			flag(DUAL_WRITE);
			await().until(() -> context.getBean(MigrationFlags.class).stage("orders-db") == DUAL_WRITE);
		});
	}

	@Test
	void aFlagThatLaunchDarklyDoesNotKnowIsNotItsBusiness() {
		this.runner.run((context) -> {
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(OFF);
			context.getBean(OldOrders.class).find("1");
			context.getBean(MigrationFlags.class).advance("orders-db", "go");
			context.getBean(LDClientInterface.class).flush();
			assertThat(SourcedApplication.errors(context, "launchdarkly")).isZero();
		});
		assertThat(this.events).isEmpty();
	}

}
