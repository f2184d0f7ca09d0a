package dev.migrationflags.boot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.aop.pin.CallerPins;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.async.DeferredResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A flag that moves in the middle of a request to a real server.
 */
class RequestPinsTests {

	private static final ThreadLocal<List<MigrationOrigin>> SIDES = new ThreadLocal<>();

	private static ConfigurableApplicationContext context;

	private static RestClient client;

	private Script script;

	private MigrationFlags flags;

	private Items items;

	@BeforeAll
	static void start() {
		context = new SpringApplicationBuilder(Application.class).run("--server.port=0",
				"--server.tomcat.threads.max=2", "--server.tomcat.threads.min-spare=2", "--spring.main.banner-mode=off",
				"--migration.store.accept-volatile=true", "--migration.flags.items.stage=off",
				"--migration.flags.items.write.timing=immediate", "--migration.flags.profiles.stage=off",
				"--migration.flags.profiles.context=user", "--migration.flags.profiles.rollout.off=0",
				"--migration.flags.profiles.write.timing=immediate");
		client = RestClient.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
	}

	@AfterAll
	static void stop() {
		List<Object> accessors = accessors();
		assertThat(accessors).hasSize(1);
		context.close();
		assertThat(accessors()).isEmpty();
	}

	@BeforeEach
	void reset() {
		this.script = context.getBean(Script.class);
		this.flags = context.getBean(MigrationFlags.class);
		this.items = context.getBean(Items.class);
		move("items", MigrationStage.OFF);
		move("profiles", MigrationStage.OFF);
	}

	@Test
	void requestKeepsTheStageOfItsFirstCallAndTheNextOneHasTheStageOfNow() {
		assertThat(request(() -> {
			List<String> stages = new ArrayList<>();
			stages.add(sides(this.items::save));
			move("items", MigrationStage.DUAL_WRITE);
			stages.add(sides(this.items::save));
			stages.add(this.flags.stage("items").key());
			return stages;
		})).isEqualTo("old old dualwrite");
		assertThat(request(() -> List.of(sides(this.items::save)))).isEqualTo("old+new");
	}

	@Test
	void requestGoesOverTheFlip() {
		move("items", MigrationStage.SHADOW);
		assertThat(request(() -> {
			List<String> stages = new ArrayList<>();
			stages.add(sides(this.items::save));
			move("items", MigrationStage.LIVE);
			stages.add(sides(this.items::save));
			move("items", MigrationStage.COMPLETE);
			stages.add(sides(this.items::save));
			return stages;
		})).isEqualTo("old+new new+old new+old");
	}

	@Test
	void everyContextOfARequestHasAPinOfItsOwn() {
		Profiles profiles = context.getBean(Profiles.class);
		CurrentUser user = context.getBean(CurrentUser.class);
		assertThat(request(() -> {
			List<String> stages = new ArrayList<>();
			user.key = "one";
			stages.add(sides(profiles::save));
			move("profiles", MigrationStage.DUAL_WRITE);
			user.key = "two";
			stages.add(sides(profiles::save));
			user.key = "one";
			stages.add(sides(profiles::save));
			return stages;
		})).isEqualTo("old old+new old");
	}

	@Test
	void requestsAtTheSameTimeDoNotSeeEachOthersPins() throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(2);
		ExecutorService callers = Executors.newFixedThreadPool(2);
		try {
			Callable<List<String>> early = () -> {
				List<String> stages = new ArrayList<>();
				stages.add(sides(this.items::save));
				await(barrier);
				await(barrier);
				stages.add(sides(this.items::save));
				return stages;
			};
			Callable<List<String>> late = () -> {
				await(barrier);
				move("items", MigrationStage.DUAL_WRITE);
				List<String> stages = new ArrayList<>(List.of(sides(this.items::save)));
				await(barrier);
				stages.add(sides(this.items::save));
				return stages;
			};
			this.script.parts.put("early", early);
			this.script.parts.put("late", late);
			Future<String> first = callers.submit(() -> get("/script?name=early"));
			Future<String> second = callers.submit(() -> get("/script?name=late"));
			assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("old old");
			assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("old+new old+new");
		}
		finally {
			callers.shutdownNow();
		}
	}

	@Test
	void pinTravelsWithTheContextToOtherThreads() {
		ExecutorService worker = Executors.newSingleThreadExecutor();
		try {
			assertThat(request(() -> {
				List<String> stages = new ArrayList<>();
				stages.add(sides(this.items::save));
				move("items", MigrationStage.DUAL_WRITE);
				stages.add(propagated(worker, () -> sides(this.items::save)));
				stages.add(worker.submit(() -> sides(this.items::save)).get());
				return stages;
			})).isEqualTo("old old old+new");
			assertThat(submit(worker, () -> sides(this.items::save))).isEqualTo("old+new");
			assertThat(submit(worker, () -> String.valueOf(context.getBean(CallerPins.class).current())))
				.isEqualTo("null");
		}
		finally {
			worker.shutdownNow();
		}
	}

	@Test
	void pinThatIsTakenOnAnotherThreadHoldsForTheWholeRequest() {
		ExecutorService worker = Executors.newSingleThreadExecutor();
		try {
			assertThat(request(() -> {
				List<String> stages = new ArrayList<>();
				stages.add(propagated(worker, () -> sides(this.items::save)));
				move("items", MigrationStage.DUAL_WRITE);
				stages.add(sides(this.items::save));
				return stages;
			})).isEqualTo("old old");
		}
		finally {
			worker.shutdownNow();
		}
	}

	@Test
	void contextThatIsSetUpOnTheThreadOfTheRequestItselfLeavesNothingBehind() {
		for (int number = 0; number < 4; number++) {
			move("items", MigrationStage.OFF);
			assertThat(request(() -> {
				List<String> stages = new ArrayList<>();
				stages.add(sides(this.items::save));
				move("items", MigrationStage.DUAL_WRITE);
				stages.add(ContextSnapshotFactory.builder()
					.build()
					.captureAll()
					.wrap(() -> sides(this.items::save))
					.call());
				return stages;
			})).isEqualTo("old old");
			assertThat(request(() -> List.of(sides(this.items::save)))).isEqualTo("old+new");
		}
	}

	@Test
	void asynchronousRequestKeepsItsStageToItsEnd() {
		for (String kind : List.of("callable", "deferred")) {
			move("items", MigrationStage.OFF);
			List<String> stages = new ArrayList<>();
			this.script.parts.put("first", () -> {
				stages.add(sides(this.items::save));
				move("items", MigrationStage.DUAL_WRITE);
				return stages;
			});
			this.script.parts.put("then", () -> {
				stages.add(sides(this.items::save));
				return stages;
			});
			assertThat(get("/" + kind)).as(kind).isEqualTo("old old");
			assertThat(request(() -> List.of(sides(this.items::save)))).isEqualTo("old+new");
		}
	}

	@Test
	void nothingIsLeftOnTheThreadsOfTheServer() {
		request(() -> List.of(sides(this.items::save)));
		move("items", MigrationStage.DUAL_WRITE);
		for (int number = 0; number < 10; number++) {
			assertThat(request(() -> List.of(sides(this.items::save)))).isEqualTo("old+new");
		}
	}

	@Test
	void mockRequestIsARequest() throws Exception {
		MockMvc mvc = MockMvcBuilders.webAppContextSetup((WebApplicationContext) context).build();
		this.script.parts.put("mock", () -> {
			List<String> stages = new ArrayList<>();
			stages.add(sides(this.items::save));
			move("items", MigrationStage.DUAL_WRITE);
			stages.add(sides(this.items::save));
			return stages;
		});
		String stages = mvc.perform(MockMvcRequestBuilders.get("/script").param("name", "mock"))
			.andReturn()
			.getResponse()
			.getContentAsString();
		assertThat(stages).isEqualTo("old old");
		assertThat(sides(this.items::save)).isEqualTo("old+new");
	}

	@Test
	void requestThatSpringsTestFrameworkBindsAroundATestIsNone() {
		RequestContextHolder.setRequestAttributes(new ServletWebRequest(new MockHttpServletRequest()));
		try {
			assertThat(sides(this.items::save)).isEqualTo("old");
			move("items", MigrationStage.DUAL_WRITE);
			assertThat(sides(this.items::save)).isEqualTo("old+new");
		}
		finally {
			RequestContextHolder.resetRequestAttributes();
		}
	}

	private String request(Callable<List<String>> work) {
		this.script.parts.put("once", work);
		return get("/script?name=once");
	}

	private static String get(String path) {
		String body = client.get().uri(path).retrieve().body(String.class);
		return (body != null) ? body : "";
	}

	private void move(String flag, MigrationStage stage) {
		this.flags.forceTo(flag, stage, "test");
	}

	private static String propagated(ExecutorService worker, Callable<String> work) throws Exception {
		return worker.submit(ContextSnapshotFactory.builder().build().captureAll().wrap(work)).get();
	}

	private static String submit(ExecutorService worker, Callable<String> work) {
		try {
			return worker.submit(work).get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CyclicBarrier barrier) throws Exception {
		barrier.await(30, TimeUnit.SECONDS);
	}

	/**
	 * The sides that a call has run, in order.
	 */
	private static String sides(Saves saves) {
		List<MigrationOrigin> run = new ArrayList<>();
		SIDES.set(run);
		try {
			saves.save();
			return run.stream().map(MigrationOrigin::key).collect(Collectors.joining("+"));
		}
		finally {
			SIDES.remove();
		}
	}

	private static List<Object> accessors() {
		return ContextRegistry.getInstance()
			.getThreadLocalAccessors()
			.stream()
			.map(ThreadLocalAccessor::key)
			.filter((key) -> key.toString().startsWith("migration.pins."))
			.toList();
	}

	interface Saves {

		void save();

	}

	/**
	 * All contexts have one stage.
	 */
	static class Items {

		@MigrationWrite(flag = "items", origin = MigrationOrigin.OLD, operation = "save")
		void save() {
			SIDES.get().add(MigrationOrigin.OLD);
		}

		@MigrationWrite(flag = "items", origin = MigrationOrigin.NEW, operation = "save")
		void saveAnew() {
			SIDES.get().add(MigrationOrigin.NEW);
		}

	}

	/**
	 * Every user may have a stage of his own.
	 */
	static class Profiles {

		@MigrationWrite(flag = "profiles", origin = MigrationOrigin.OLD, operation = "save")
		void save() {
			SIDES.get().add(MigrationOrigin.OLD);
		}

		@MigrationWrite(flag = "profiles", origin = MigrationOrigin.NEW, operation = "save")
		void saveAnew() {
			SIDES.get().add(MigrationOrigin.NEW);
		}

	}

	static class CurrentUser implements MigrationContextProvider {

		volatile String key = "nobody";

		@Override
		public MigrationContext currentContext() {
			return MigrationContext.of(this.key);
		}

	}

	/**
	 * What requests do, written down by each test.
	 */
	@RestController
	static class Script {

		final Map<String, Callable<List<String>>> parts = new ConcurrentHashMap<>();

		@GetMapping("/script")
		String script(@RequestParam String name) throws Exception {
			return String.join(" ", this.parts.get(name).call());
		}

		@GetMapping("/callable")
		Callable<String> callable() throws Exception {
			this.parts.get("first").call();
			return () -> script("then");
		}

		@GetMapping("/deferred")
		DeferredResult<String> deferred() throws Exception {
			this.parts.get("first").call();
			DeferredResult<String> result = new DeferredResult<>();
			Callable<String> then = ContextSnapshotFactory.builder().build().captureAll().wrap(() -> script("then"));
			Thread thread = new Thread(() -> {
				try {
					result.setResult(then.call());
				}
				catch (Exception ex) {
					result.setErrorResult(ex);
				}
			});
			thread.start();
			return result;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration" })
	@Import({ Items.class, Profiles.class, CurrentUser.class, Script.class })
	static class Application {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
