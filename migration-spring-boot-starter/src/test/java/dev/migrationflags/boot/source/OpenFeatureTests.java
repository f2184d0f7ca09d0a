package dev.migrationflags.boot.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.boot.source.SourcedApplication.Changes;
import dev.migrationflags.boot.source.SourcedApplication.OldOrders;
import dev.openfeature.contrib.providers.flagd.Config;
import dev.openfeature.contrib.providers.flagd.FlagdOptions;
import dev.openfeature.contrib.providers.flagd.FlagdProvider;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.OpenFeatureAPI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests with OpenFeature's own client and flagd's provider, which reads a file.
 */
class OpenFeatureTests {

	private static final Duration RELOAD = Duration.ofSeconds(30);

	@TempDir
	Path folder;

	private Path file;

	private ApplicationContextRunner runner = SourcedApplication.runner();

	@BeforeEach
	void start() throws Exception {
		this.file = Files.writeString(this.folder.resolve("flags.json"), flags(""));
		this.runner = this.runner.withBean(Client.class, this::client);
	}

	private Client client() {
		FlagdProvider provider = new FlagdProvider(FlagdOptions.builder()
			.resolverType(Config.Resolver.FILE)
			.offlineFlagSourcePath(this.file.toString())
			.offlinePollIntervalMs(100)
			.deadline(20_000)
			.build());
		OpenFeatureAPI.getInstance().setProviderAndWait("migrations", provider);
		return OpenFeatureAPI.getInstance().getClient("migrations");
	}

	@AfterEach
	void stop() {
		OpenFeatureAPI.getInstance().shutdown();
	}

	private static String flags(String flag) {
		return "{\"flags\": {" + flag + "}}";
	}

	private static String flag(String value) {
		return flags("""
				"orders-db": {"state": "ENABLED", "variants": {"now": %s}, "defaultVariant": "now"}"""
			.formatted(value));
	}

	private void write(String flags) throws Exception {
		Path next = Files.writeString(this.folder.resolve("next.json"), flags);
		Files.move(next, this.file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
	}

	@Test
	void aReloadOfTheFileMovesTheStageUnderTraffic() throws Exception {
		write(flag("\"dualwrite\""));
		this.runner.withPropertyValues("migration.flags.orders-db.default-stage=off").run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			assertThat(flags.stage("orders-db")).isEqualTo(DUAL_WRITE);
			OldOrders orders = context.getBean(OldOrders.class);
			AtomicBoolean stop = new AtomicBoolean();
			ExecutorService callers = Executors.newFixedThreadPool(2);
			List<Future<Integer>> calls = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				calls.add(callers.submit(() -> {
					int count = 0;
					while (!stop.get()) {
						assertThat(orders.find("1")).isEqualTo("old");
						assertThat(orders.save("1")).isEqualTo("old");
						count++;
					}
					return count;
				}));
			}
			try {
				write(flag("\"shadow\""));
				await().atMost(RELOAD).until(() -> flags.stage("orders-db") == SHADOW);
			}
			finally {
				stop.set(true);
				callers.shutdown();
			}
			for (Future<Integer> call : calls) {
				assertThat(call.get()).isPositive();
			}
			await().until(() -> !context.getBean(Changes.class).events.isEmpty());
			assertThat(context.getBean(Changes.class).events).singleElement().satisfies((event) -> {
				assertThat(event.actor()).isEqualTo("openfeature");
				assertThat(event.to()).isEqualTo(SHADOW);
			});
			assertThat(SourcedApplication.errors(context, "openfeature")).isZero();
		});
	}

	@Test
	void aFlagThatComesLateIsTakenOver() throws Exception {
		this.runner.withPropertyValues("migration.flags.orders-db.stage=off").run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			assertThat(flags.stage("orders-db")).isEqualTo(OFF);
			assertThat(SourcedApplication.errors(context, "openfeature")).isZero();
			write(flag("\"dualwrite\""));
			await().atMost(RELOAD).until(() -> flags.stage("orders-db") == DUAL_WRITE);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"\"", "\"LIVE\"", "\"nonsense\"", "3" })
	void anAnswerThatIsNoStageIsCountedAndLeavesWhatWasThere(String value) throws Exception {
		write(flag(value));
		this.runner.withPropertyValues("migration.flags.orders-db.stage=dualwrite").run((context) -> {
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(DUAL_WRITE);
			assertThat(context.getBean(OldOrders.class).find("1")).isEqualTo("old");
			assertThat(SourcedApplication.errors(context, "openfeature")).isPositive();
		});
	}

	@Test
	void aFlagThatGoesAwayKeepsItsLastGoodStage() throws Exception {
		write(flag("\"dualwrite\""));
		this.runner.withPropertyValues("migration.flags.orders-db.stage=off").run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			assertThat(flags.stage("orders-db")).isEqualTo(DUAL_WRITE);
			write(flags(""));
			await().atMost(RELOAD).until(() -> SourcedApplication.errors(context, "openfeature") > 0);
			assertThat(flags.stage("orders-db")).isEqualTo(DUAL_WRITE);
			assertThat(context.getBean(OldOrders.class).save("1")).isEqualTo("old");
		});
	}

	@Test
	void targetingDecidesByKeyKindAndAttributes() throws Exception {
		write(flags("""
				"orders-db": {"state": "ENABLED", "defaultVariant": "shadow",
				"variants": {"shadow": "shadow", "live": "live", "dualwrite": "dualwrite"},
				"targeting": {"if": [
				{"and": [{"==": [{"var": "kind"}, "customer"]}, {"==": [{"var": "targetingKey"}, "c-1"]}]}, "live",
				{"==": [{"var": "plan"}, "gold"]}, "dualwrite", "shadow"]}}"""));
		this.runner
			.withPropertyValues("migration.flags.orders-db.default-stage=off",
					"migration.flags.orders-db.context=customer")
			.run((context) -> {
				MigrationFlags flags = context.getBean(MigrationFlags.class);
				assertThat(flags.stage("orders-db")).isEqualTo(SHADOW);
				assertThat(flags.stage("orders-db", MigrationContext.of("customer", "c-1"))).isEqualTo(LIVE);
				assertThat(flags.stage("orders-db", MigrationContext.of("user", "c-1"))).isEqualTo(SHADOW);
				assertThat(flags.stage("orders-db", MigrationContext.of("customer", "c-2", Map.of("plan", "gold"))))
					.isEqualTo(DUAL_WRITE);
			});
	}

}
