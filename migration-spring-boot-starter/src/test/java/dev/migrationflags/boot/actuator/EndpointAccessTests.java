package dev.migrationflags.boot.actuator;

import java.util.List;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationSync;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.SyncStatus;
import dev.migrationflags.UnknownFlagException;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import dev.migrationflags.boot.actuator.ShopServer.Answer;
import dev.migrationflags.boot.endpoint.MigrationsEndpointAutoConfiguration;
import dev.migrationflags.boot.endpoint.MigrationsHealthAutoConfiguration;
import dev.migrationflags.flags.Repairs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who can reach the endpoint where Spring Security does not decide it, and what it hands
 * over to whatever copies and verifies.
 */
class EndpointAccessTests {

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=migrations";

	private static final String UNRESTRICTED = "--management.endpoint.migrations.access=unrestricted";

	private static final String MOVE = "{\"stage\": \"dualwrite\", \"reason\": \"test\"}";

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void whatIsExposedCanBeReadOnly(WebApplicationType type) {
		try (ShopServer server = ShopServer.start(type, EXPOSED)) {
			assertThat(server.get("/migrations").status()).isEqualTo(200);
			assertThat(server.get("/migrations/orders-db").status()).isEqualTo(200);
			assertThat(server.post("/migrations/orders-db", MOVE).status()).isIn(404, 405);
			assertThat(server.post("/migrations/orders-db?stage=dualwrite&reason=test", "{}").status()).isIn(404, 405);
			assertThat(server.post("/migrations/orders-db/repairs").status()).isIn(404, 405);
			assertThat(server.post("/migrations/orders-db", "").status()).isIn(404, 405);
			assertThat(server.post("/migrations/orders-db", "{}").status()).isIn(404, 405);
			assertThat(server.post("/migrations/orders-db").status()).isIn(404, 405, 415);
			assertThat(server.post("/migrations/orders-db/repairs", "").status()).isIn(404, 405);
			assertThat(server.post("/migrations/orders-db/repairs", "{}").status()).isIn(404, 405);
			assertThat(server.bean(MigrationFlags.class).stage("orders-db")).isEqualTo(MigrationStage.SHADOW);
		}
	}

	@Test
	void nothingIsExposedByDefault() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET)) {
			assertThat(server.get("/migrations").status()).isEqualTo(404);
			assertThat(server.post("/migrations/orders-db", MOVE).status()).isEqualTo(404);
			assertThat(server.context().containsBean("migrationsEndpoint")).isFalse();
		}
	}

	@Test
	void accessToChangesAloneExposesNothing() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET, UNRESTRICTED)) {
			assertThat(server.post("/migrations/orders-db", MOVE).status()).isEqualTo(404);
		}
	}

	@Test
	void aLimitForAllEndpointsHoldsForThisOneToo() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET, EXPOSED, UNRESTRICTED,
				"--management.endpoints.access.max-permitted=read-only")) {
			assertThat(server.get("/migrations").status()).isEqualTo(200);
			assertThat(server.post("/migrations/orders-db", MOVE).status()).isIn(404, 405);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void theEndpointIsOnTheManagementPortWhereThatIsSeparate(WebApplicationType type) {
		try (ShopServer server = ShopServer.start(type, EXPOSED, UNRESTRICTED, "--management.server.port=0")) {
			String management = "local.management.port";
			assertThat(server.get("/migrations").status()).isEqualTo(404);
			assertThat(server.post("/migrations/orders-db", MOVE).status()).isEqualTo(404);
			assertThat(server.getFrom(management, "/migrations").status()).isEqualTo(200);
			Answer moved = server.postTo(management, "/migrations/orders-db", MOVE);
			assertThat(moved.status()).isEqualTo(200);
			assertThat(moved.json().get("stage").asString()).isEqualTo("dualwrite");
			Answer mistake = server.postTo(management, "/migrations/orders-db", "{}");
			assertThat(mistake.status()).isEqualTo(400);
			assertThat(mistake.type()).isEqualTo("application/problem+json");
			Answer unreadable = server.postTo(management, "/migrations/orders-db", "{");
			assertThat(unreadable.status()).isEqualTo(400);
			assertThat(unreadable.type()).isEqualTo("application/problem+json");
			assertThat(unreadable.problem()).startsWith("body: ");
		}
	}

	@Test
	void disabledMigrationsHaveNoEndpointAndNoHealth() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET, "--migration.enabled=false",
				"--management.endpoints.web.exposure.include=*", UNRESTRICTED)) {
			assertThat(server.get("/migrations").status()).isEqualTo(404);
			assertThat(server.get("/health/migrations").status()).isEqualTo(404);
		}
	}

	@Test
	void withoutActuatorThereIsNothingAndNothingIsMissed() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class,
					MigrationsEndpointAutoConfiguration.class, MigrationsHealthAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate",
					"org.springframework.boot.health", "com.fasterxml.jackson"))
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(MigrationFlags.class);
				assertThat(context).doesNotHaveBean("migrationsEndpoint")
					.doesNotHaveBean("migrationsHealthContributor");
			});
	}

	@Test
	void tasksAreStartedWhereThereAreKeyedStores() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET,
				List.of(ShopServer.Shop.class, ShopServer.NoSecurity.class, Keyed.class), EXPOSED, UNRESTRICTED)) {
			Answer started = server.post("/migrations/orders-db/backfill");
			assertThat(started.status()).isEqualTo(202);
			assertThat(started.json().get("sync").toString()).isEqualTo("""
					{"kind":"backfill","state":"running","done":7,"total":10,"rate":3.5,"differences":2}""");
			assertThat(server.get("/migrations/orders-db").json().get("sync")).isEqualTo(started.json().get("sync"));
			Answer again = server.post("/migrations/orders-db/verification");
			assertThat(again.status()).isEqualTo(409);
			assertThat(again.type()).isEqualTo("application/problem+json");
			assertThat(again.refused()).singleElement().asString().contains("A backfill runs already");
			Answer retried = server.post("/migrations/orders-db/repairs");
			assertThat(retried.status()).isEqualTo(202);
			assertThat(retried.body()).isEqualTo("{\"retried\":3}");
		}
	}

	@Test
	void whatIsToBeRepairedIsShownAndWhatIsUnknownIsAbsent() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET,
				List.of(ShopServer.Shop.class, ShopServer.NoSecurity.class, Keyed.class), EXPOSED)) {
			assertThat(server.get("/migrations/orders-db").json().get("repairs").toString()).isEqualTo("""
					{"pending":12,"parked":3,"oldestAge":1.5}""");
			assertThat(server.get("/migrations/receipts").json().get("repairs").toString()).isEqualTo("{}");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Keyed {

		@Bean
		Repairs.Source repairs() {
			return (flag) -> flag.equals("orders-db") ? new Repairs(12L, 3L, java.time.Duration.ofMillis(1500))
					: Repairs.UNKNOWN;
		}

		@Bean
		MigrationSync sync() {
			return new Sync();
		}

	}

	/**
	 * Runs a backfill for ever.
	 */
	private static final class Sync implements MigrationSync {

		private @Nullable String running;

		@Override
		public void backfill(String flag) {
			this.running = flag;
		}

		@Override
		public void verify(String flag) {
			throw new StageChangeRefusedException(flag, MigrationStage.SHADOW, MigrationStage.SHADOW,
					List.of("A backfill runs already"));
		}

		@Override
		public SyncStatus status(String flag) {
			return flag.equals(this.running)
					? new SyncStatus(SyncStatus.Kind.BACKFILL, SyncStatus.State.RUNNING, 7, 10L, 3.5, 2)
					: SyncStatus.IDLE;
		}

		@Override
		public void cancel(String flag) {
			throw new UnknownFlagException(flag, List.of());
		}

		@Override
		public int retryParked(String flag) {
			return 3;
		}

	}

}
