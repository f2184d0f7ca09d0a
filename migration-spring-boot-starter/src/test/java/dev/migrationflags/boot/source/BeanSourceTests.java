package dev.migrationflags.boot.source;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlagSource;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigratorFactory;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.UnknownFlagException;
import dev.migrationflags.boot.source.SourcedApplication.Changes;
import dev.migrationflags.boot.source.SourcedApplication.OldOrders;
import dev.migrationflags.flags.MigrationSetupException;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for beans that tell the stages of flags.
 */
@ExtendWith(OutputCaptureExtension.class)
class BeanSourceTests {

	private final ApplicationContextRunner runner = SourcedApplication.runner();

	private final Told told = new Told();

	private ApplicationContextRunner withSource() {
		return this.runner.withBean("remote", MigrationFlagSource.class, () -> this.told);
	}

	@Test
	void aBeanDecidesBeforeTheProperties() {
		this.told.stage.set(LIVE);
		withSource().withPropertyValues("migration.flags.orders-db.stage=off").run((context) -> {
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(LIVE);
			context.getBean(OldOrders.class).find("1");
			assertThat(context.getBean(MeterRegistry.class)
				.get("migration.calls")
				.tags("stage", "live", "origin", "new")
				.timer()
				.count()).isEqualTo(1);
			assertThat(context.getBean(Changes.class).events).isEmpty();
		});
	}

	@Test
	void beansAreAskedInTheirOrder() {
		this.runner.withUserConfiguration(TwoSources.class)
			.withPropertyValues("migration.flags.orders-db.stage=off")
			.run((context) -> {
				assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(DUAL_WRITE);
				assertThatExceptionOfType(StageChangeRefusedException.class)
					.isThrownBy(() -> context.getBean(MigrationFlags.class).forceTo("orders-db", OFF, "no"))
					.satisfies((ex) -> assertThat(ex.getReasons()).containsExactly("owned by firstSource"));
			});
	}

	@Test
	void aFailureIsCountedUnderTheNameOfTheBeanAndWarnedAboutOnce(CapturedOutput output) {
		this.told.stage.set(SHADOW);
		withSource().withPropertyValues("migration.flags.orders-db.stages=4", "migration.flags.orders-db.stage=off")
			.run((context) -> {
				this.told.fails = true;
				OldOrders orders = context.getBean(OldOrders.class);
				for (int i = 0; i < 50; i++) {
					assertThat(orders.find("1")).isEqualTo("old");
				}
				assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
				assertThat(SourcedApplication.errors(context, "remote")).isGreaterThanOrEqualTo(51);
				assertThat(output.getOut().split("Source remote of flag 'orders-db'", -1)).hasSize(2);
				assertThat(output).doesNotContain("a secret");
			});
	}

	@Test
	void aMoveOfTheSourceIsPublishedCountedAndInTheGauge() {
		this.told.stage.set(OFF);
		withSource().withPropertyValues("migration.flags.orders-db.stage=off").run((context) -> {
			this.told.stage.set(DUAL_WRITE);
			Changes changes = context.getBean(Changes.class);
			await().until(() -> !changes.events.isEmpty());
			assertThat(changes.events).singleElement().satisfies((event) -> {
				assertThat(event.actor()).isEqualTo("remote");
				assertThat(event.from()).isEqualTo(OFF);
				assertThat(event.to()).isEqualTo(DUAL_WRITE);
			});
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.get("migration.stage").tag("flag", "orders-db").gauge().value()).isEqualTo(1);
			assertThat(meters.get("migration.stage.changes").tag("to", "dualwrite").counter().count()).isEqualTo(1);
		});
	}

	@Test
	void untilASourceAnswersTheDefaultStageIsInForce() {
		this.told.fails = true;
		withSource().withPropertyValues("migration.flags.orders-db.default-stage=dual-write").run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			assertThat(flags.stage("orders-db")).isEqualTo(DUAL_WRITE);
			this.told.fails = false;
			this.told.stage.set(LIVE);
			assertThat(flags.stage("orders-db")).isEqualTo(LIVE);
		});
	}

	@Test
	void aStageThatNobodyTellsStopsStartUp() {
		withSource().withPropertyValues("migration.flags.orders-db.stages=6", "migration.start-up-timeout=200ms")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(MigrationSetupException.class)
				.hasMessageContaining("'orders-db'")
				.hasMessageContaining("migration.flags.orders-db.default-stage"));
	}

	@Test
	void aFlagThatOnlyASourceKnowsNeedsNoDefinition() {
		this.told.stage.set(SHADOW);
		withSource().run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(MigrationFlags.class).keys()).containsExactly("orders-db");
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
			assertThat(context.getBean(MigratorFactory.class)
				.<String, String, String>migrator("another")
				.read((id) -> "old", (id) -> "new")
				.build()
				.read("1")).isEqualTo("old");
			assertThatExceptionOfType(UnknownFlagException.class)
				.isThrownBy(() -> context.getBean(MigrationFlags.class).stage("never-used"));
		});
	}

	@Test
	void aFlagThatNobodyKnowsStopsStartUpAlsoWithASource() {
		withSource().withPropertyValues("migration.start-up-timeout=200ms")
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("'orders-db'"));
	}

	@Test
	void aDefaultStageWithoutSourceIsIgnoredWithAWarning(CapturedOutput output) {
		this.runner
			.withPropertyValues("migration.flags.orders-db.stage=off", "migration.flags.orders-db.default-stage=live")
			.run((context) -> {
				assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(OFF);
				assertThat(output).contains("The default stage of flag 'orders-db' is ignored");
			});
	}

	@Test
	void aDefaultStageWithASourceIsNotWarnedAbout(CapturedOutput output) {
		this.told.stage.set(OFF);
		withSource().withPropertyValues("migration.flags.orders-db.default-stage=off")
			.run((context) -> assertThat(output).doesNotContain("is ignored"));
	}

	@Test
	void aSourceServesFlagsOfBeansToo() {
		this.told.stage.set(SHADOW);
		withSource()
			.withBean(MigrationFlag.class, () -> MigrationFlag.named("orders-db").stages(4).defaultStage(OFF).build())
			.run((context) -> assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW));
	}

	@Test
	void noFlagSystemNeedsToBeOnTheClassPath() {
		this.told.stage.set(SHADOW);
		withSource()
			.withClassLoader(new FilteredClassLoader("com.launchdarkly", "dev.openfeature", "org.springframework.cloud",
					"org.springframework.security"))
			.withPropertyValues("migration.flags.orders-db.stage=off")
			.run((context) -> {
				assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
				assertThat(context.getBean(OldOrders.class).find("1")).isEqualTo("old");
			});
	}

	@Test
	void withoutMigrationsTheTruthStillComesFromTheSource() {
		this.told.stage.set(SHADOW);
		withSource().withPropertyValues("migration.enabled=false", "migration.flags.orders-db.stage=off")
			.run((context) -> assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW));
	}

	@Test
	void withoutMigrationsAFlagThatTheSourceHasFlippedStopsStartUp() {
		this.told.stage.set(LIVE);
		withSource().withPropertyValues("migration.enabled=false", "migration.flags.orders-db.stage=off")
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("is at live"));
	}

	@Test
	void aSourceThatHangsFailsNoCallAndEndsWithTheApplication() {
		this.told.stage.set(DUAL_WRITE);
		CountDownLatch hang = new CountDownLatch(1);
		withSource().withPropertyValues("migration.flags.orders-db.stage=off").run((context) -> {
			this.told.hang = hang;
			OldOrders orders = context.getBean(OldOrders.class);
			for (int i = 0; i < 100; i++) {
				assertThat(orders.save("1")).isEqualTo("old");
			}
		});
		await().until(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().equals("migration-source-remote")));
		hang.countDown();
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoSources {

		@Bean
		@Order(2)
		MigrationFlagSource secondSource() {
			return (flag, context) -> SHADOW;
		}

		@Bean
		@Order(1)
		MigrationFlagSource firstSource() {
			return (flag, context) -> DUAL_WRITE;
		}

	}

	/**
	 * A source that does what a test tells it.
	 */
	static final class Told implements MigrationFlagSource {

		final AtomicReference<@Nullable MigrationStage> stage = new AtomicReference<>();

		volatile boolean fails;

		volatile @Nullable CountDownLatch hang;

		@Override
		public @Nullable MigrationStage stage(String flagKey, MigrationContext context) {
			if (this.fails) {
				throw new IllegalStateException("a secret");
			}
			CountDownLatch hang = this.hang;
			if (hang != null) {
				try {
					hang.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
			return this.stage.get();
		}

	}

}
