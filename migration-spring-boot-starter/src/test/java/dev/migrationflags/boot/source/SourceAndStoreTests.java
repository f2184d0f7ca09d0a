package dev.migrationflags.boot.source;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlagSource;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.boot.source.SourcedApplication.Changes;
import dev.migrationflags.flags.FlagRegistry;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * A dynamic source that owns a flag, and a store that keeps its stages: the source
 * proposes, the store remembers, and nobody starts on another side than the last one.
 */
class SourceAndStoreTests {

	private final String database = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	private ApplicationContextRunner application(Told told) {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setURL(this.database);
		return SourcedApplication.runner()
			.withBean("remote", MigrationFlagSource.class, () -> told)
			.withBean(DataSource.class, () -> dataSource)
			.withPropertyValues("migration.store.type=jdbc", "migration.store.poll-interval=50ms",
					"migration.flags.orders-db.stage=off");
	}

	private static MigrationStage stage(ApplicationContext context) {
		return context.getBean(MigrationFlags.class).stage(SourcedApplication.FLAG);
	}

	private static void awaitStage(ApplicationContext context, MigrationStage stage) {
		Awaitility.await().untilAsserted(() -> assertThat(stage(context)).isEqualTo(stage));
	}

	@Test
	void theSourceOwnsTheFlagAndTheStoreKeepsItsMoves() {
		Told told = new Told(SHADOW);
		application(told).run((context) -> {
			assertThat(stage(context)).isEqualTo(SHADOW);
			assertThatExceptionOfType(StageChangeRefusedException.class)
				.isThrownBy(() -> context.getBean(MigrationFlags.class).advance(SourcedApplication.FLAG, "go"))
				.satisfies((ex) -> assertThat(ex.getReasons()).contains("owned by remote"));
			told.stage.set(LIVE);
			awaitStage(context, LIVE);
			Awaitility.await()
				.untilAsserted(() -> assertThat(context.getBean(Changes.class).events).singleElement()
					.extracting(StageChangedEvent::to, StageChangedEvent::actor, StageChangedEvent::epoch)
					.containsExactly(LIVE, "remote", 1L));
		});
		application(new Told(LIVE)).run((context) -> {
			assertThat(stage(context)).isEqualTo(LIVE);
			assertThat(context.getBean(FlagRegistry.class).get(SourcedApplication.FLAG).epoch()).isEqualTo(1);
			assertThat(context.getBean(Changes.class).events).isEmpty();
		});
	}

	@Test
	void aSourceThatIsSilentAtARestartLeavesTheFlagWhereTheStoreSays() {
		Told told = new Told(SHADOW);
		application(told).run((context) -> {
			told.stage.set(LIVE);
			awaitStage(context, LIVE);
		});
		Told silent = new Told(null);
		application(silent).run((context) -> {
			assertThat(stage(context)).isEqualTo(LIVE);
			silent.stage.set(LIVE);
			Awaitility.await()
				.until(() -> "remote".equals(context.getBean(FlagRegistry.class).get(SourcedApplication.FLAG).owner()));
			assertThat(stage(context)).isEqualTo(LIVE);
		});
	}

	/**
	 * What the source wants then is a move across the flip like any other: with the
	 * checks, a hold and an epoch of its own, not a start on the other side.
	 */
	@Test
	void aSourceThatDisagreesAtARestartMovesTheFlagFromWhereTheStoreSays() {
		Told told = new Told(SHADOW);
		application(told).run((context) -> {
			told.stage.set(LIVE);
			awaitStage(context, LIVE);
		});
		application(new Told(SHADOW)).run((context) -> {
			awaitStage(context, SHADOW);
			assertThat(context.getBean(FlagRegistry.class).get(SourcedApplication.FLAG).changes())
				.extracting(StageChangedEvent::from, StageChangedEvent::to, StageChangedEvent::epoch)
				.startsWith(tuple(LIVE, SHADOW, 2L));
		});
	}

	@Test
	void anInstanceWhoseSourceHearsOfAMoveLaterFollowsTheFirstOneAndDoesNotGoBack() {
		Told early = new Told(DUAL_WRITE);
		Told late = new Told(DUAL_WRITE);
		application(early).run((one) -> application(late).run((other) -> {
			// what a source says while its instance starts is compared with where the
			// store says the flag is
			int begun = late.asked.get();
			Awaitility.await().until(() -> late.asked.get() > begun + 1);
			early.stage.set(SHADOW);
			awaitStage(one, SHADOW);
			awaitStage(other, SHADOW);
			// both have asked their sources again by then, which still disagree
			int asked = late.asked.get();
			Awaitility.await().until(() -> late.asked.get() > asked + 2);
			assertThat(stage(one)).isEqualTo(SHADOW);
			assertThat(stage(other)).isEqualTo(SHADOW);
			late.stage.set(SHADOW);
			int again = late.asked.get();
			Awaitility.await().until(() -> late.asked.get() > again + 1);
			assertThat(one.getBean(FlagRegistry.class).get(SourcedApplication.FLAG).epoch()).isEqualTo(1);
		}));
	}

	private static final class Told implements MigrationFlagSource {

		private final AtomicReference<@Nullable MigrationStage> stage;

		private final AtomicInteger asked = new AtomicInteger();

		Told(@Nullable MigrationStage stage) {
			this.stage = new AtomicReference<>(stage);
		}

		@Override
		public @Nullable MigrationStage stage(String flagKey, MigrationContext context) {
			this.asked.incrementAndGet();
			return this.stage.get();
		}

	}

}
