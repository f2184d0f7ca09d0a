package dev.migrationflags.boot.wiring;

import java.sql.Connection;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.boot.MigrationDataSource;
import dev.migrationflags.engine.jdbc.JdbcMarks;
import dev.migrationflags.engine.jdbc.JdbcStages;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mark.MemoryMarks;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MemoryStages;
import dev.migrationflags.flags.StageStore;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code migration.store.*}.
 */
class StoreTests {

	private final String name = UUID.randomUUID().toString();

	private ApplicationContextRunner jdbc(MigrationStage stage, Class<?>... beans) {
		return Wiring.at(stage, beans)
			.withBean(OldOrders.class)
			.withBean(NewOrders.class)
			.withPropertyValues("migration.store.type=jdbc", "migration.store.poll-interval=50ms",
					"test.name=" + this.name);
	}

	private static void await(Runnable assertion) {
		Awaitility.await().untilAsserted(assertion::run);
	}

	@Test
	void withoutPropertiesStagesAndMarksAreInMemory() {
		Wiring.at(MigrationStage.SHADOW, OldOrders.class, NewOrders.class).run((context) -> {
			assertThat(context.getBean(StageStore.class)).isInstanceOf(MemoryStages.class);
			assertThat(context.getBean(MarkStore.class)).isInstanceOf(MemoryMarks.class);
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			assertThatExceptionOfType(StageChangeRefusedException.class)
				.isThrownBy(() -> flags.advance(Wiring.FLAG, "flip"))
				.withMessageContaining("migration.store.type=jdbc");
		});
		Wiring.at(MigrationStage.SHADOW, OldOrders.class, NewOrders.class)
			.withPropertyValues("migration.store.accept-volatile=true")
			.run((context) -> assertThat(context.getBean(MigrationFlags.class).advance(Wiring.FLAG, "flip").to())
				.isEqualTo(MigrationStage.LIVE));
	}

	@Test
	void aRestartGoesOnWhereTheStoreSaysAndNotAtTheStageOfTheProperties() {
		jdbc(MigrationStage.SHADOW, One.class).run((context) -> {
			assertThat(context.getBean(StageStore.class)).isInstanceOf(JdbcStages.class);
			assertThat(context.getBean(MarkStore.class)).isInstanceOf(JdbcMarks.class);
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			assertThat(flags.advance(Wiring.FLAG, "flip").to()).isEqualTo(MigrationStage.LIVE);
			assertThat(context.getBean(Orders.class).save("x")).isEqualTo("new");
		});
		jdbc(MigrationStage.SHADOW, One.class).run((context) -> {
			assertThat(context.getBean(MigrationFlags.class).stage(Wiring.FLAG)).isEqualTo(MigrationStage.LIVE);
			assertThat(context.getBean(FlagRegistry.class).get(Wiring.FLAG).changes()).singleElement()
				.extracting(StageChangedEvent::reason)
				.isEqualTo("flip");
			assertThat(context.getBean(Orders.class).save("x")).isEqualTo("new");
		});
	}

	@Test
	void instancesFollowEachOther() {
		jdbc(MigrationStage.OFF, One.class)
			.run((one) -> jdbc(MigrationStage.OFF, One.class, Heard.class).run((other) -> {
				one.getBean(MigrationFlags.class).advance(Wiring.FLAG, "go");
				await(() -> assertThat(other.getBean(MigrationFlags.class).stage(Wiring.FLAG))
					.isEqualTo(MigrationStage.DUAL_WRITE));
				await(() -> assertThat(other.getBean(Heard.class).last).isEqualTo("go"));
			}));
	}

	@Test
	void ofSeveralDataSourcesItIsTheOneThatIsNamedOrElseThePrimaryOne() {
		jdbc(MigrationStage.OFF, Two.class)
			.run((context) -> Wiring.assertProblem(context, "one, two", "@MigrationDataSource", "@Primary"));
		jdbc(MigrationStage.OFF, TwoAndNamed.class).run((context) -> {
			context.getBean(MigrationFlags.class).advance(Wiring.FLAG, "go");
			assertThat(hasTables(context.getBean("named", DataSource.class))).isTrue();
			assertThat(hasTables(context.getBean("one", DataSource.class))).isFalse();
		});
		jdbc(MigrationStage.OFF, TwoAndPrimary.class).run((context) -> {
			context.getBean(MigrationFlags.class).advance(Wiring.FLAG, "go");
			assertThat(hasTables(context.getBean("first", DataSource.class))).isTrue();
			assertThat(hasTables(context.getBean("one", DataSource.class))).isFalse();
		});
	}

	private static boolean hasTables(DataSource dataSource) throws Exception {
		try (Connection connection = dataSource.getConnection()) {
			return connection.getMetaData().getTables(null, null, "MIGRATION_FLAG", null).next();
		}
	}

	@Test
	void withoutADataSourceOrWithoutItsTablesStartUpFails() {
		jdbc(MigrationStage.OFF)
			.run((context) -> Wiring.assertProblem(context, "no data source", "migration.store.type=memory"));
		jdbc(MigrationStage.OFF, One.class).withPropertyValues("migration.store.initialize-schema=never")
			.run((context) -> Wiring.assertProblem(context, "tables of migration.store cannot be read",
					"schema-h2.sql"));
		jdbc(MigrationStage.OFF, Nowhere.class)
			.run((context) -> Wiring.assertProblem(context, "database of migration.store is out of reach"));
		jdbc(MigrationStage.OFF, PoolToNowhere.class)
			.run((context) -> Wiring.assertProblem(context, "database of migration.store is out of reach"));
	}

	@Test
	void aStageThatTheFlagLacksFailsStartUp() {
		jdbc(MigrationStage.DUAL_WRITE, One.class).run((context) -> assertThat(context).hasNotFailed());
		jdbc(MigrationStage.SHADOW, One.class).withPropertyValues("migration.flags.a-flag.stages=4")
			.run((context) -> Wiring.assertProblem(context, "a stage that it does not have", "'a-flag'"));
	}

	@Test
	void callersThatHoldAllConnectionsDoNotHoldUpTheStore() {
		jdbc(MigrationStage.SHADOW, Pool.class).run((context) -> {
			HikariDataSource pool = context.getBean(HikariDataSource.class);
			try (Connection held = pool.getConnection()) {
				assertThat(held.isClosed()).isFalse();
				assertThat(context.getBean(MigrationFlags.class).advance(Wiring.FLAG, "flip").to())
					.isEqualTo(MigrationStage.LIVE);
			}
		});
	}

	@Test
	void afterTheFlipMigrationsAreNotSwitchedOffWhateverThePropertiesSay() {
		jdbc(MigrationStage.SHADOW, One.class)
			.run((context) -> context.getBean(MigrationFlags.class).advance(Wiring.FLAG, "flip"));
		jdbc(MigrationStage.SHADOW, One.class).withPropertyValues("migration.enabled=false")
			.run((context) -> Wiring.assertProblem(context, "'a-flag'", "live", "migration.allow-disabled-after-flip"));
	}

	private static DataSource database(String name) {
		JdbcDataSource database = new JdbcDataSource();
		database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
		return database;
	}

	interface Orders {

		@MigrationWrite
		String save(String order);

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	static class OldOrders implements Orders {

		@Override
		public String save(String order) {
			return "old";
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewOrders implements Orders {

		@Override
		public String save(String order) {
			return "new";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class One {

		@Bean
		DataSource one(@Value("${test.name}") String name) {
			return database("one" + name);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Two extends One {

		@Bean
		DataSource two(@Value("${test.name}") String name) {
			return database("two" + name);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoAndNamed extends Two {

		@Bean
		@MigrationDataSource
		DataSource named(@Value("${test.name}") String name) {
			return database("named" + name);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoAndPrimary extends Two {

		@Bean
		@Primary
		DataSource first(@Value("${test.name}") String name) {
			return database("first" + name);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nowhere {

		@Bean
		DataSource nowhere() {
			JdbcDataSource database = new JdbcDataSource();
			database.setURL("jdbc:h2:tcp://localhost:1/nowhere");
			return database;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PoolToNowhere {

		@Bean
		HikariDataSource nowhere() {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl("jdbc:h2:tcp://localhost:1/nowhere");
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Pool {

		@Bean
		HikariDataSource pool(@Value("${test.name}") String name) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl("jdbc:h2:mem:pool" + name);
			pool.setMaximumPoolSize(1);
			return pool;
		}

	}

	static class Heard implements ApplicationListener<PayloadApplicationEvent<StageChangedEvent>> {

		volatile String last = "";

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<StageChangedEvent> event) {
			this.last = event.getPayload().reason();
		}

	}

}
