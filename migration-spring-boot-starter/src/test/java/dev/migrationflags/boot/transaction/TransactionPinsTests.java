package dev.migrationflags.boot.transaction;

import java.util.function.Consumer;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedException;
import dev.migrationflags.boot.transaction.TwoDatabases.Application;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A flag that moves in the middle of a transaction, outside of requests.
 */
class TransactionPinsTests {

	private static final String MANAGER = "oldTransactions";

	@BeforeEach
	void clear() {
		Postgres.clear();
	}

	@Test
	void transactionKeepsTheStageOfItsFirstCall() {
		run(MigrationStage.OFF, (application) -> {
			application.in(MANAGER, (status) -> {
				application.items.exists("a");
				move(application, MigrationStage.DUAL_WRITE);
				application.items.save("a");
				assertThat(application.flags.stage("items")).isEqualTo(MigrationStage.DUAL_WRITE);
			});
			assertThat(Postgres.ids(Postgres.NEW)).isEmpty();
			application.in(MANAGER, (status) -> application.items.save("b"));
			assertThat(Postgres.ids(Postgres.OLD)).containsExactly("a", "b");
			assertThat(Postgres.ids(Postgres.NEW)).containsExactly("b");
		});
	}

	@Test
	void callOutsideOfTransactionsHasTheStageOfNow() {
		run(MigrationStage.OFF, (application) -> {
			application.items.save("a");
			move(application, MigrationStage.DUAL_WRITE);
			application.items.save("b");
			assertThat(Postgres.ids(Postgres.NEW)).containsExactly("b");
		});
	}

	@Test
	void transactionThatHasOnlyReadGoesOverTheFlip() {
		run(MigrationStage.SHADOW, (application) -> {
			application.in(MANAGER, (status) -> {
				application.items.exists("a");
				move(application, MigrationStage.LIVE);
				application.items.save("a");
			});
			assertThat(application.journal.entries).endsWith("NEW.save a", "OLD.save a");
		});
	}

	@Test
	void transactionThatHasWrittenIsStoppedAtTheFlipAndCanBeRunAgain() {
		run(MigrationStage.SHADOW, (application) -> {
			Consumer<Runnable> work = (between) -> application.in(MANAGER, (status) -> {
				application.items.save("a");
				between.run();
				application.items.save("b");
			});
			assertThatExceptionOfType(StageChangedException.class)
				.isThrownBy(() -> work.accept(() -> move(application, MigrationStage.LIVE)));
			assertThat(application.journal.entries).containsExactly("OLD.save a");
			assertThat(Postgres.ids(Postgres.OLD)).isEmpty();
			work.accept(() -> {
			});
			assertThat(Postgres.ids(Postgres.NEW)).containsExactly("a", "b");
			assertThat(Postgres.ids(Postgres.OLD)).containsExactly("a", "b");
		});
	}

	@Test
	void readIsStoppedTooForItWouldNotSeeWhatWasWritten() {
		run(MigrationStage.SHADOW, (application) -> application.in(MANAGER, (status) -> {
			application.items.save("a");
			move(application, MigrationStage.LIVE);
			assertThatExceptionOfType(StageChangedException.class).isThrownBy(() -> application.items.exists("a"));
			assertThat(application.journal.entries).containsExactly("OLD.save a");
			status.setRollbackOnly();
		}));
	}

	@Test
	void moveOnOneSideOfTheFlipStopsNothing() {
		run(MigrationStage.SHADOW, (application) -> {
			application.in(MANAGER, (status) -> {
				application.items.save("a");
				move(application, MigrationStage.DUAL_WRITE);
				application.items.save("b");
				assertThat(application.items.exists("b")).isTrue();
			});
			assertThat(Postgres.ids(Postgres.NEW)).containsExactly("a", "b");
		});
	}

	@Test
	void transactionOfItsOwnGoesOverTheFlipAloneAndTheOuterOneDoesNot() {
		run(MigrationStage.SHADOW, (application) -> {
			application.in(MANAGER, (status) -> {
				application.items.save("a");
				move(application, MigrationStage.LIVE);
				application.in(MANAGER, TransactionDefinition.PROPAGATION_REQUIRES_NEW,
						(inner) -> application.items.save("b"));
				assertThatExceptionOfType(StageChangedException.class).isThrownBy(() -> application.items.save("c"));
				status.setRollbackOnly();
			});
			assertThat(Postgres.ids(Postgres.NEW)).containsExactly("b");
			assertThat(Postgres.ids(Postgres.OLD)).containsExactly("b");
		});
	}

	@Test
	void suspendedTransactionKeepsNothing() {
		run(MigrationStage.OFF, (application) -> application.in(MANAGER, (status) -> {
			application.items.exists("a");
			move(application, MigrationStage.DUAL_WRITE);
			application.in(MANAGER, TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
					(inner) -> application.items.save("a"));
			assertThat(Postgres.ids(Postgres.NEW)).containsExactly("a");
		}));
	}

	@Test
	void transactionOfAManagerThatDoesNotTellKeepsItsStageToo() {
		TwoTables.runner(MigrationStage.SHADOW)
			.withUserConfiguration(SeveralManagersTests.SilentManager.class)
			.run((context) -> {
				Application application = new Application(context);
				application.in("silentTransactions", (status) -> {
					application.items.save("a");
					move(application, MigrationStage.LIVE);
					assertThatExceptionOfType(StageChangedException.class)
						.isThrownBy(() -> application.items.save("b"));
					status.setRollbackOnly();
				});
				application.in("silentTransactions", (status) -> application.items.save("b"));
				assertThat(Postgres.ids(Postgres.NEW, TwoTables.table(MigrationOrigin.NEW))).containsExactly("b");
			});
	}

	@Test
	void kindsOfStagesAreNotMixedOnceThePinHasExpired() {
		TwoDatabases.annotated(MigrationStage.OFF)
			.withPropertyValues("migration.flags.items.write.timeout=1ms", "migration.flags.items.write.deadline=1ms")
			.run((context) -> {
				Application application = new Application(context);
				application.in(MANAGER, (status) -> {
					application.items.save("a");
					move(application, MigrationStage.DUAL_WRITE);
					long moved = System.nanoTime();
					Awaitility.await().until(() -> System.nanoTime() - moved > 2_000_000);
					assertThatExceptionOfType(StageChangedException.class)
						.isThrownBy(() -> application.items.save("b"));
					assertThat(application.items.exists("a")).isTrue();
				});
				assertThat(Postgres.ids(Postgres.OLD)).containsExactly("a");
			});
	}

	private static void move(Application application, MigrationStage stage) {
		application.flags.forceTo("items", stage, "test");
	}

	private static void run(MigrationStage stage, Consumer<Application> test) {
		TwoDatabases.annotated(stage).run((context) -> test.accept(new Application(context)));
	}

}
