package dev.migrationflags.boot.transaction;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.transaction.TwoDatabases.Application;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.transaction.UnexpectedRollbackException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Second writes in the caller's transaction: two tables of one database.
 */
class ImmediateTests {

	@BeforeEach
	void clear() {
		Postgres.clear();
	}

	@DualStages
	void bothTablesAreWrittenInTheCallersTransaction(MigrationStage stage) {
		run(stage, (application) -> {
			application.in("transactions", (status) -> {
				application.items.save("a");
				assertThat(application.journal.entries).hasSize(2);
				assertThat(ids(stage.authority())).isEmpty();
				assertThat(ids(stage.authority().other())).isEmpty();
			});
			assertThat(ids(stage.authority())).containsExactly("a");
			assertThat(ids(stage.authority().other())).containsExactly("a");
		});
	}

	@DualStages
	void bothTablesAreRolledBackTogether(MigrationStage stage) {
		run(stage, (application) -> {
			application.in("transactions", (status) -> {
				application.items.save("a");
				status.setRollbackOnly();
			});
			assertThat(application.journal.entries).hasSize(2);
			assertThat(ids(stage.authority())).isEmpty();
			assertThat(ids(stage.authority().other())).isEmpty();
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void failingSecondWriteMarksTheTransactionAsAnyFailedStatementDoes(MigrationStage stage) {
		run(stage, (application) -> {
			Postgres.outside(Postgres.NEW)
				.update("insert into " + TwoTables.table(stage.authority().other()) + " (id) values ('a')");
			assertThatExceptionOfType(UnexpectedRollbackException.class)
				.isThrownBy(() -> application.in("transactions", (status) -> application.items.save("a")));
			assertThat(ids(stage.authority())).isEmpty();
			assertThat(application.failures()).isOne();
		});
	}

	@DualStages
	void secondWriteIsLeftOutAfterItsDeadline(MigrationStage stage) {
		TwoTables.runner(stage)
			.withUserConfiguration(SeveralManagersTests.OnlyManager.class)
			.withPropertyValues("migration.flags.items.write.timing=immediate",
					"migration.flags.items.write.timeout=1ms", "migration.flags.items.write.deadline=1ms")
			.run((context) -> {
				Application application = new Application(context);
				application.journal.onWrite.put(stage.authority(), () -> {
					long begun = System.nanoTime();
					Awaitility.await().until(() -> System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(2));
				});
				application.items.save("a");
				assertThat(application.journal.entries).hasSize(1);
				assertThat(application.skipped("deadline")).isOne();
				assertThat(application.failures()).isOne();
			});
	}

	private static void run(MigrationStage stage, Consumer<Application> test) {
		TwoTables.runner(stage)
			.withUserConfiguration(SeveralManagersTests.OnlyManager.class)
			.withPropertyValues("migration.flags.items.write.timing=immediate")
			.run((context) -> test.accept(new Application(context)));
	}

	private static List<String> ids(MigrationOrigin side) {
		return Postgres.ids(Postgres.NEW, TwoTables.table(side));
	}

}
