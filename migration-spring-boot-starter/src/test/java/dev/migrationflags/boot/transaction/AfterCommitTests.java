package dev.migrationflags.boot.transaction;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.transaction.TwoDatabases.Application;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Second writes and the caller's transaction, on two real databases.
 */
class AfterCommitTests {

	@BeforeEach
	void clear() {
		Postgres.clear();
	}

	@DualStages
	void secondWriteRunsOnceTheTransactionHasCommitted(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(stage.authority(), (status) -> {
				application.items.save("a");
				assertThat(application.journal.entries).containsExactly(stage.authority() + ".save a");
				assertThat(ids(stage.authority())).isEmpty();
			});
			assertThat(ids(stage.authority())).containsExactly("a");
			assertThat(ids(stage.authority().other())).containsExactly("a");
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void secondWriteRunsAtOnceWithoutATransaction(MigrationStage stage) {
		run(stage, (application) -> {
			application.items.save("a");
			assertThat(ids(stage.authority())).containsExactly("a");
			assertThat(ids(stage.authority().other())).containsExactly("a");
		});
	}

	@DualStages
	void secondWriteRunsInATransactionOfItsOwnOnAThreadOfThePool(MigrationStage stage) {
		run(stage, (application) -> {
			AtomicReference<String> thread = new AtomicReference<>();
			AtomicReference<Object> callers = new AtomicReference<>();
			AtomicReference<String> transaction = new AtomicReference<>();
			application.journal.onWrite.put(stage.authority().other(), () -> {
				thread.set(Thread.currentThread().getName());
				callers.set(TransactionSynchronizationManager.getResource(application.dataSource(stage.authority())));
				transaction.set(TransactionSynchronizationManager.getCurrentTransactionName());
			});
			application.in(stage.authority(), (status) -> application.items.save("a"));
			assertThat(thread.get()).startsWith("migration-");
			assertThat(callers.get()).isNull();
			assertThat(transaction.get()).endsWith(".save");
		});
	}

	@DualStages
	void secondWritesRunInTheOrderOfTheAuthoritativeOnes(MigrationStage stage) {
		run(stage, (application) -> {
			List<String> ids = IntStream.range(0, 20).mapToObj((number) -> "id-" + number).toList();
			application.in(stage.authority(), (status) -> ids.forEach(application.items::save));
			assertThat(ids(stage.authority().other())).isEqualTo(ids);
		});
	}

	@DualStages
	void nothingIsWrittenAfterAnException(MigrationStage stage) {
		neverAfterARollback(stage, (application) -> {
			IllegalStateException own = new IllegalStateException("own");
			assertThatThrownBy(() -> application.in(stage.authority(), (status) -> {
				application.items.save("a");
				throw own;
			})).isSameAs(own);
		});
	}

	@DualStages
	void nothingIsWrittenAfterSetRollbackOnly(MigrationStage stage) {
		neverAfterARollback(stage, (application) -> application.in(stage.authority(), (status) -> {
			application.items.save("a");
			status.setRollbackOnly();
		}));
	}

	@DualStages
	void nothingIsWrittenAfterAnUnexpectedRollback(MigrationStage stage) {
		neverAfterARollback(stage, (application) -> assertThatExceptionOfType(UnexpectedRollbackException.class)
			.isThrownBy(() -> application.in(stage.authority(), (status) -> {
				application.items.save("a");
				assertThatThrownBy(() -> application.in(stage.authority(), (inner) -> {
					throw new IllegalStateException();
				})).isInstanceOf(IllegalStateException.class);
			})));
	}

	private void neverAfterARollback(MigrationStage stage, Consumer<Application> work) {
		run(stage, (application) -> {
			work.accept(application);
			assertThat(application.journal.entries).containsExactly(stage.authority() + ".save a");
			assertThat(ids(stage.authority())).isEmpty();
			assertThat(application.skipped("rolled_back")).isOne();
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void nothingIsWrittenOfANestedPartThatWasRolledBack(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(stage.authority(), (status) -> {
				application.items.save("a");
				application.in(manager(stage), TransactionDefinition.PROPAGATION_NESTED, (nested) -> {
					application.items.save("b");
					nested.setRollbackOnly();
				});
				application.in(manager(stage), TransactionDefinition.PROPAGATION_NESTED,
						(nested) -> application.items.save("c"));
				application.items.save("d");
			});
			assertThat(ids(stage.authority())).containsExactly("a", "c", "d");
			assertThat(ids(stage.authority().other())).containsExactly("a", "c", "d");
			assertThat(application.skipped("rolled_back")).isOne();
		});
	}

	@DualStages
	void nothingIsWrittenAfterARollbackToASavepoint(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(stage.authority(), (status) -> {
				Object first = status.createSavepoint();
				application.items.save("a");
				status.rollbackToSavepoint(first);
				application.items.save("b");
				Object second = status.createSavepoint();
				application.items.save("c");
				application.items.save("d");
				status.rollbackToSavepoint(second);
				application.items.save("e");
			});
			assertThat(ids(stage.authority())).containsExactly("b", "e");
			assertThat(ids(stage.authority().other())).containsExactly("b", "e");
			assertThat(application.skipped("rolled_back")).isEqualTo(3);
		});
	}

	@DualStages
	void savepointThatIsOlderThanANestedPartTakesItAlong(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(stage.authority(), (status) -> {
				Object savepoint = status.createSavepoint();
				application.in(manager(stage), TransactionDefinition.PROPAGATION_NESTED,
						(nested) -> application.items.save("a"));
				status.rollbackToSavepoint(savepoint);
				application.items.save("b");
			});
			assertThat(ids(stage.authority())).containsExactly("b");
			assertThat(ids(stage.authority().other())).containsExactly("b");
			assertThat(application.skipped("rolled_back")).isOne();
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void transactionOfItsOwnIsWrittenWhateverBecomesOfTheOuterOne(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(stage.authority(), (status) -> {
				application.items.save("a");
				application.in(manager(stage), TransactionDefinition.PROPAGATION_REQUIRES_NEW, (inner) -> {
					application.items.save("b");
					assertThat(ids(stage.authority().other())).isEmpty();
				});
				assertThat(ids(stage.authority().other())).containsExactly("b");
				status.setRollbackOnly();
			});
			assertThat(ids(stage.authority())).containsExactly("b");
			assertThat(ids(stage.authority().other())).containsExactly("b");
			assertThat(application.skipped("rolled_back")).isOne();
		});
	}

	@DualStages
	void innerTransactionOfItsOwnRollsBackAlone(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(stage.authority(), (status) -> {
				application.items.save("a");
				application.in(manager(stage), TransactionDefinition.PROPAGATION_REQUIRES_NEW, (inner) -> {
					application.items.save("b");
					inner.setRollbackOnly();
				});
			});
			assertThat(ids(stage.authority())).containsExactly("a");
			assertThat(ids(stage.authority().other())).containsExactly("a");
			assertThat(application.skipped("rolled_back")).isOne();
		});
	}

	@DualStages
	void secondWriteRunsAtOnceWhereTheTransactionIsSuspended(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(stage.authority(), (status) -> {
				application.in(manager(stage), TransactionDefinition.PROPAGATION_NOT_SUPPORTED, (inner) -> {
					application.items.save("a");
					assertThat(ids(stage.authority().other())).containsExactly("a");
				});
				status.setRollbackOnly();
			});
			assertThat(ids(stage.authority())).containsExactly("a");
			assertThat(application.skipped("rolled_back")).isZero();
		});
	}

	@DualStages
	void failingSecondWriteDoesNotReachTheCaller(MigrationStage stage) {
		for (Throwable failure : List.of(new IllegalStateException("failure"), new StackOverflowError())) {
			Postgres.clear();
			run(stage, (application) -> {
				application.journal.onWrite.put(stage.authority().other(), () -> sneaky(failure));
				application.in(stage.authority(), (status) -> {
					application.items.save("a");
					assertThat(status.isRollbackOnly()).isFalse();
				});
				assertThat(ids(stage.authority())).containsExactly("a");
				assertThat(ids(stage.authority().other())).isEmpty();
				assertThat(application.failures()).isOne();
			});
		}
	}

	@DualStages
	void hangingSecondWriteIsGivenUpAfterTheTimeout(MigrationStage stage) {
		TwoDatabases.annotated(stage).withPropertyValues("migration.flags.items.write.timeout=50ms").run((context) -> {
			Application application = new Application(context);
			CountDownLatch released = new CountDownLatch(1);
			application.journal.onWrite.put(stage.authority().other(), released::await);
			try {
				application.in(stage.authority(), (status) -> application.items.save("a"));
				assertThat(ids(stage.authority())).containsExactly("a");
				assertThat(ids(stage.authority().other())).isEmpty();
				assertThat(application.failures()).isOne();
			}
			finally {
				released.countDown();
			}
		});
	}

	@DualStages
	void slowSecondWriteIsAwaited(MigrationStage stage) {
		run(stage, (application) -> {
			application.journal.onWrite.put(stage.authority().other(),
					() -> new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS));
			application.in(stage.authority(), (status) -> application.items.save("a"));
			assertThat(ids(stage.authority().other())).containsExactly("a");
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void secondWriteIsLeftOutAfterItsDeadlineAndCountsAsFailed(MigrationStage stage) {
		TwoDatabases.annotated(stage)
			.withPropertyValues("migration.flags.items.write.timeout=1ms", "migration.flags.items.write.deadline=1ms")
			.run((context) -> {
				Application application = new Application(context);
				application.in(stage.authority(), (status) -> {
					application.items.save("a");
					long written = System.nanoTime();
					Awaitility.await().until(() -> System.nanoTime() - written > TimeUnit.MILLISECONDS.toNanos(2));
				});
				assertThat(application.journal.entries).containsExactly(stage.authority() + ".save a");
				assertThat(application.skipped("deadline")).isOne();
				assertThat(application.failures()).isOne();
			});
	}

	@DualStages
	void commitWithUnknownOutcomeCountsAsFailed(MigrationStage stage) {
		run(stage, (application) -> {
			assertThatThrownBy(() -> application.in(stage.authority(), (status) -> {
				application.items.save("a");
				// the connection is lost before the answer to the commit
				Integer backend = application.jdbc(stage.authority())
					.queryForObject("select pg_backend_pid()", Integer.class);
				Postgres.outside(TwoDatabases.database(stage.authority()))
					.queryForList("select pg_terminate_backend(?, 10000)", backend);
			})).isInstanceOfAny(TransactionException.class, DataAccessException.class);
			assertThat(application.journal.entries).containsExactly(stage.authority() + ".save a");
			assertThat(application.failures()).isOne();
			assertThat(application.skipped("rolled_back")).isZero();
		});
	}

	@DualStages
	void commitThatTheDatabaseRefusesIsARollback(MigrationStage stage) {
		run(stage, (application) -> {
			Postgres.outside(TwoDatabases.database(stage.authority()))
				.execute("alter table item add constraint late unique (content) deferrable initially deferred");
			try {
				application.jdbc(stage.authority()).update("insert into item (id, content) values ('x', 'same')");
				assertThatThrownBy(() -> application.in(stage.authority(), (status) -> {
					application.items.save("a");
					application.jdbc(stage.authority()).update("update item set content = 'same' where id = 'a'");
				})).isInstanceOf(DataAccessException.class);
				assertThat(ids(stage.authority())).containsExactly("x");
				assertThat(application.skipped("rolled_back")).isOne();
				assertThat(application.failures()).isZero();
			}
			finally {
				Postgres.outside(TwoDatabases.database(stage.authority()))
					.execute("alter table item drop constraint late");
			}
		});
	}

	@DualStages
	void authoritativeWriteThatFailsLeavesTheOtherSideAlone(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(stage.authority(), (status) -> application.items.save("a"));
			assertThatThrownBy(() -> application.in(stage.authority(), (status) -> application.items.save("a")))
				.isInstanceOf(DataAccessException.class);
			assertThat(ids(stage.authority().other())).containsExactly("a");
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void oneConnectionPerSideIsEnough(MigrationStage stage) {
		TwoDatabases.annotated(stage).withPropertyValues("test.pool=1").run((context) -> {
			Application application = new Application(context);
			ExecutorService callers = Executors.newFixedThreadPool(8);
			try {
				List<Future<?>> all = IntStream.range(0, 40)
					.<Future<?>>mapToObj(
							(number) -> callers.submit(() -> application.in(stage.authority(), (status) -> {
								application.items.exists("none");
								application.items.save("id-" + number);
							})))
					.toList();
				for (Future<?> one : all) {
					one.get(60, TimeUnit.SECONDS);
				}
			}
			finally {
				callers.shutdownNow();
			}
			assertThat(ids(stage.authority())).hasSize(40);
			assertThat(ids(stage.authority().other())).hasSize(40);
			assertThat(application.failures()).isZero();
		});
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void secondaryIsNotReadInATransactionThatHasWritten(MigrationStage stage) {
		run(stage, (application) -> {
			MigrationOrigin secondary = stage.authority().other();
			application.in(stage.authority(), (status) -> {
				assertThat(application.items.exists("a")).isFalse();
				assertThat(application.journal.entries).contains(secondary + ".exists a");
				application.journal.entries.clear();
				application.items.save("a");
				assertThat(application.items.exists("a")).isTrue();
				assertThat(application.journal.entries).doesNotContain(secondary + ".exists a");
				assertThat(application.skipped("in_transaction")).isOne();
			});
			application.journal.entries.clear();
			assertThat(application.items.exists("a")).isTrue();
			assertThat(application.journal.entries).contains(secondary + ".exists a");
		});
	}

	@Test
	void nothingWaitsWhereOneSideIsWritten() {
		for (MigrationStage stage : List.of(MigrationStage.OFF, MigrationStage.COMPLETE)) {
			Postgres.clear();
			run(stage, (application) -> {
				application.in(stage.authority(), (status) -> application.items.save("a"));
				assertThat(ids(stage.authority())).containsExactly("a");
				assertThat(ids(stage.authority().other())).isEmpty();
			});
		}
	}

	private static void run(MigrationStage stage, Consumer<Application> test) {
		TwoDatabases.annotated(stage).run((context) -> test.accept(new Application(context)));
	}

	private static List<String> ids(MigrationOrigin side) {
		return TwoDatabases.ids(side);
	}

	private static String manager(MigrationStage stage) {
		return TwoDatabases.manager(stage.authority());
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneaky(Throwable failure) throws T {
		throw (T) failure;
	}

}
