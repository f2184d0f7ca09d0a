package dev.migrationflags.boot.transaction;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import javax.sql.DataSource;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.transaction.TwoDatabases.Application;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which transaction a second write waits for where there are several managers.
 */
@ExtendWith(OutputCaptureExtension.class)
class SeveralManagersTests {

	@BeforeEach
	void clear() {
		Postgres.clear();
	}

	@DualStages
	void outerTransactionCountsIfItIsThatOfTheAuthority(MigrationStage stage) {
		everyWayToTell(stage, (application) -> {
			application.in(stage.authority(), (outer) -> {
				application.in(stage.authority().other(), (inner) -> application.items.save("a"));
				assertThat(ids(stage.authority().other())).isEmpty();
				outer.setRollbackOnly();
			});
			assertThat(ids(stage.authority())).isEmpty();
			assertThat(ids(stage.authority().other())).isEmpty();
			assertThat(application.skipped("rolled_back")).isOne();
			application.in(stage.authority(),
					(outer) -> application.in(stage.authority().other(), (inner) -> application.items.save("b")));
			assertThat(ids(stage.authority().other())).containsExactly("b");
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void innerTransactionCountsIfItIsThatOfTheAuthority(MigrationStage stage) {
		everyWayToTell(stage, (application) -> {
			application.in(stage.authority().other(), (outer) -> {
				application.in(stage.authority(), (inner) -> application.items.save("a"));
				assertThat(ids(stage.authority().other())).containsExactly("a");
				outer.setRollbackOnly();
			});
			assertThat(ids(stage.authority())).containsExactly("a");
			assertThat(ids(stage.authority().other())).containsExactly("a");
			application.in(stage.authority().other(), (outer) -> application.in(stage.authority(), (inner) -> {
				application.items.save("b");
				inner.setRollbackOnly();
			}));
			assertThat(ids(stage.authority().other())).containsExactly("a");
			assertThat(application.skipped("rolled_back")).isOne();
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void secondWriteRunsAtOnceInATransactionOfTheOtherSideAlone(MigrationStage stage) {
		everyWayToTell(stage, (application) -> {
			application.in(stage.authority().other(), (status) -> {
				application.items.save("a");
				assertThat(ids(stage.authority().other())).containsExactly("a");
				status.setRollbackOnly();
			});
			assertThat(ids(stage.authority())).containsExactly("a");
			assertThat(ids(stage.authority().other())).containsExactly("a");
		});
	}

	@DualStages
	void savepointOfTheOuterTransactionTakesAWriteAlongThatWasMadeInsideAnother(MigrationStage stage) {
		everyWayToTell(stage, (application) -> {
			application.in(stage.authority(), (outer) -> {
				Object savepoint = outer.createSavepoint();
				application.in(stage.authority().other(), (inner) -> application.items.save("a"));
				outer.rollbackToSavepoint(savepoint);
			});
			assertThat(ids(stage.authority().other())).isEmpty();
			assertThat(application.skipped("rolled_back")).isOne();
		});
	}

	@DualStages
	void secondaryIsNotReadWhileTheOuterTransactionIsTheOneThatHasWritten(MigrationStage stage) {
		everyWayToTell(stage, (application) -> application.in(stage.authority(), (outer) -> {
			application.in(stage.authority().other(), (inner) -> application.items.save("a"));
			application.journal.entries.clear();
			assertThat(application.items.exists("a")).isTrue();
			assertThat(application.journal.entries).containsExactly(stage.authority() + ".exists a");
		}));
	}

	private void everyWayToTell(MigrationStage stage, Consumer<Application> test) {
		for (Class<?> sides : List.of(Sides.Annotated.class, Sides.Named.class)) {
			Postgres.clear();
			TwoDatabases.runner(stage)
				.withUserConfiguration(sides)
				.run((context) -> test.accept(new Application(context)));
		}
	}

	@DualStages
	void unknownManagerIsWarnedOfAndWaitsForEveryActiveTransaction(MigrationStage stage, CapturedOutput output) {
		unknown(stage, (application) -> {
			assertThat(output).contains("The transaction manager of bean 'oldItems', method PlainOld.save(String)")
				.contains("@Migration(transactionManager");
			application.in("oldTransactions", (outer) -> {
				application.in("newTransactions", (inner) -> application.items.save("a"));
				assertThat(application.journal.entries).hasSize(1);
			});
			assertThat(ids(MigrationOrigin.OLD)).containsExactly("a");
			assertThat(ids(MigrationOrigin.NEW)).containsExactly("a");
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void unknownManagerAndATransactionOnlyInPartCommittedCountsAsFailed(MigrationStage stage) {
		unknown(stage, (application) -> {
			application.in("oldTransactions", (outer) -> {
				application.in("newTransactions", (inner) -> application.items.save("a"));
				outer.setRollbackOnly();
			});
			assertThat(application.journal.entries).hasSize(1);
			assertThat(application.failures()).isOne();
			application.in("oldTransactions", (outer) -> application.in("newTransactions", (inner) -> {
				application.items.save("b");
				inner.setRollbackOnly();
			}));
			assertThat(application.journal.entries).hasSize(2);
			assertThat(application.failures()).isEqualTo(2);
			assertThat(application.skipped("rolled_back")).isZero();
		});
	}

	@DualStages
	void unknownManagerAndEverythingRolledBackIsARollback(MigrationStage stage) {
		unknown(stage, (application) -> {
			application.in("oldTransactions", (outer) -> {
				application.in("newTransactions", (inner) -> {
					application.items.save("a");
					inner.setRollbackOnly();
				});
				outer.setRollbackOnly();
			});
			assertThat(application.journal.entries).hasSize(1);
			assertThat(application.skipped("rolled_back")).isOne();
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void unknownManagerDoesNotWaitForASuspendedTransaction(MigrationStage stage) {
		unknown(stage, (application) -> {
			String manager = TwoDatabases.manager(stage.authority());
			application.in(manager, (outer) -> {
				application.in(manager, TransactionDefinition.PROPAGATION_REQUIRES_NEW,
						(inner) -> application.items.save("a"));
				assertThat(ids(stage.authority().other())).containsExactly("a");
				outer.setRollbackOnly();
			});
			assertThat(application.failures()).isZero();
		});
	}

	private void unknown(MigrationStage stage, Consumer<Application> test) {
		TwoDatabases.runner(stage)
			.withUserConfiguration(Sides.Plain.class)
			.run((context) -> test.accept(new Application(context)));
	}

	@Test
	void managerThatIsNotThereStopsTheApplication() {
		TwoDatabases.runner(MigrationStage.SHADOW)
			.withUserConfiguration(WrongName.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("There is no transaction manager 'nobody'")
				.hasMessageContaining("oldTransactions, newTransactions"));
	}

	@DualStages
	void managerThatIsMadeLateIsFollowedAllTheSame(MigrationStage stage) {
		single(LazyManager.class, stage, (application) -> commitsAndRollsBack(application, "lateTransactions"));
	}

	@DualStages
	void onlyManagerNeedNotBeNamed(MigrationStage stage, CapturedOutput output) {
		single(OnlyManager.class, stage, (application) -> commitsAndRollsBack(application, "transactions"));
		assertThat(output).doesNotContain("cannot be told");
	}

	@DualStages
	void primaryManagerIsThatOfAnAnnotationWithoutAName(MigrationStage stage) {
		single(PrimaryManager.class, stage, (application) -> {
			application.in("transactions", (outer) -> {
				application.in("otherTransactions", (inner) -> application.items.save("a"));
				assertThat(application.journal.entries).hasSize(1);
			});
			assertThat(application.journal.entries).hasSize(2);
		});
	}

	@DualStages
	void managerThatDoesNotTellOfItsTransactionsIsFollowedByTheirSynchronizations(MigrationStage stage) {
		single(SilentManager.class, stage, (application) -> {
			commitsAndRollsBack(application, "silentTransactions");
			application.in("silentTransactions", (outer) -> {
				Object savepoint = outer.createSavepoint();
				application.items.save("c");
				Object second = outer.createSavepoint();
				application.items.save("d");
				outer.rollbackToSavepoint(second);
				application.in("silentTransactions", TransactionDefinition.PROPAGATION_REQUIRES_NEW,
						(inner) -> application.items.save("e"));
				assertThat(Postgres.ids(Postgres.NEW, "item_copy")).doesNotContain("c").contains("e");
				assertThat(savepoint).isNotNull();
			});
			assertThat(Postgres.ids(Postgres.NEW, "item_copy")).contains("c", "e").doesNotContain("d");
			assertThat(application.failures()).isZero();
		});
	}

	/**
	 * Old and new are two tables.
	 */
	private static void single(Class<?> managers, MigrationStage stage, Consumer<Application> test) {
		TwoTables.runner(stage).withUserConfiguration(managers).run((context) -> test.accept(new Application(context)));
	}

	private static void commitsAndRollsBack(Application application, String manager) {
		AtomicBoolean waited = new AtomicBoolean();
		Consumer<TransactionStatus> save = (status) -> {
			application.items.save("a");
			waited.set(application.journal.entries.size() == 1);
		};
		application.in(manager, save.andThen(TransactionStatus::setRollbackOnly));
		assertThat(waited).isTrue();
		assertThat(application.journal.entries).hasSize(1);
		assertThat(application.skipped("rolled_back")).isOne();
		application.journal.entries.clear();
		application.in(manager, save);
		assertThat(waited).isTrue();
		assertThat(application.journal.entries).hasSize(2);
		assertThat(application.failures()).isZero();
	}

	private static List<String> ids(MigrationOrigin side) {
		return TwoDatabases.ids(side);
	}

	@Configuration(proxyBeanMethods = false)
	static class OnlyManager {

		@Bean
		PlatformTransactionManager transactions(DataSource database) {
			return new JdbcTransactionManager(database);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyManager {

		@Bean
		@Lazy
		PlatformTransactionManager lateTransactions(DataSource database) {
			return new JdbcTransactionManager(database);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryManager {

		@Bean
		@Primary
		PlatformTransactionManager transactions(DataSource database) {
			return new JdbcTransactionManager(database);
		}

		@Bean
		PlatformTransactionManager otherTransactions() {
			return new JdbcTransactionManager(Postgres.pool(Postgres.OLD, 1));
		}

	}

	/**
	 * Not a {@code ConfigurableTransactionManager}.
	 */
	@Configuration(proxyBeanMethods = false)
	static class SilentManager {

		@Bean
		PlatformTransactionManager silentTransactions(DataSource database) {
			JdbcTransactionManager manager = new JdbcTransactionManager(database);
			return new PlatformTransactionManager() {

				@Override
				public TransactionStatus getTransaction(TransactionDefinition definition) {
					return manager.getTransaction(definition);
				}

				@Override
				public void commit(TransactionStatus status) {
					manager.commit(status);
				}

				@Override
				public void rollback(TransactionStatus status) {
					manager.rollback(status);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrongName {

		@Bean
		Misnamed oldItems(Journal journal) {
			return new Misnamed(MigrationOrigin.OLD, journal);
		}

		@Bean
		JdbcItems.NamedNew newItems(Journal journal) {
			return new JdbcItems.NamedNew(new JdbcTemplate(), journal);
		}

		@Migration(flag = "items", origin = MigrationOrigin.OLD, transactionManager = "nobody")
		static class Misnamed extends JdbcItems {

			Misnamed(MigrationOrigin side, Journal journal) {
				super(side, new JdbcTemplate(), journal);
			}

		}

	}

}
