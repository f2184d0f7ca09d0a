package dev.migrationflags.boot.transaction;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.migrationflags.IndeterminateWriteException;
import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import dev.migrationflags.engine.mark.KeyRepairs;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.flags.FlagRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Writes that are marked, in the transactions of their callers.
 */
class MarkedTransactionTests {

	private static final String FLAG = "items";

	private static void run(MigrationStage stage, String timing, String consistency,
			ContextConsumer<AssertableApplicationContext> test) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class))
			.withUserConfiguration(OldItems.class, NewItems.class)
			.withBean(Transactions.class)
			.withPropertyValues("migration.flags.items.stage=" + stage.key(),
					"migration.flags.items.write.timing=" + timing,
					"migration.flags.items.write.consistency=" + consistency)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				// it would take the marks away that are looked for
				context.getBean(KeyRepairs.class).close();
				test.accept(context);
			});
	}

	private static void forBothTimings(MigrationStage stage, String consistency,
			ContextConsumer<AssertableApplicationContext> test) {
		run(stage, "after-commit", consistency, test);
		run(stage, "immediate", consistency, test);
	}

	private static boolean marked(AssertableApplicationContext context, String key) {
		return context.getBean(MarkStore.class).isMarked(FLAG, List.of(key));
	}

	private static TransactionTemplate transaction(AssertableApplicationContext context) {
		return new TransactionTemplate(context.getBean(Transactions.class));
	}

	private static Items items(AssertableApplicationContext context) {
		return context.getBean(OldItems.class);
	}

	private static Items secondary(AssertableApplicationContext context, MigrationStage stage) {
		return (stage.authority() == MigrationOrigin.OLD) ? context.getBean(NewItems.class)
				: context.getBean(OldItems.class);
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void markStandsUntilTheTransactionHasCommitted(MigrationStage stage) {
		forBothTimings(stage, "marked", (context) -> {
			transaction(context).executeWithoutResult((status) -> {
				items(context).save(5L, "a");
				assertThat(marked(context, "5")).isTrue();
			});
			assertThat(marked(context, "5")).isFalse();
			items(context).save(6L, "b");
			assertThat(marked(context, "6")).isFalse();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void markOutlivesARollback(MigrationStage stage) {
		forBothTimings(stage, "marked", (context) -> {
			transaction(context).executeWithoutResult((status) -> {
				items(context).save(5L, "a");
				status.setRollbackOnly();
			});
			assertThat(marked(context, "5")).isTrue();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void generatedKeyIsMarkedBeforeTheCommitShowsIt(MigrationStage stage) {
		forBothTimings(stage, "marked", (context) -> {
			transaction(context).executeWithoutResult((status) -> {
				assertThat(items(context).create("a")).isEqualTo(7L);
				assertThat(marked(context, "7")).isTrue();
			});
			assertThat(context.getBean(MarkStore.class).hasMarks(FLAG)).isFalse();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void generatedKeyThatTheSideItselfCommitsIsRepairedInAnyCase(MigrationStage stage) {
		forBothTimings(stage, "marked", (context) -> {
			transaction(context).executeWithoutResult((status) -> items(context).createApart("a"));
			assertThat(marked(context, "7")).isTrue();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void secondWriteThatFailsLeavesTheMarkAndIsNotCounted(MigrationStage stage) {
		forBothTimings(stage, "marked", (context) -> {
			secondary(context, stage).fail();
			transaction(context).executeWithoutResult((status) -> items(context).save(5L, "a"));
			assertThat(marked(context, "5")).isTrue();
			assertThat(context.getBean(FlagRegistry.class).get(FLAG).secondaryWriteFailures()).isZero();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void strictCommitTellsThatASecondSideWasNotReachedAndStands(MigrationStage stage) {
		forBothTimings(stage, "strict", (context) -> {
			secondary(context, stage).fail();
			Transactions transactions = context.getBean(Transactions.class);
			List<Integer> ends = new ArrayList<>();
			assertThatExceptionOfType(IndeterminateWriteException.class)
				.isThrownBy(() -> transaction(context).executeWithoutResult((status) -> {
					items(context).save(5L, "a");
					items(context).save(6L, "b");
					TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

						@Override
						public void afterCompletion(int status) {
							ends.add(status);
						}

					});
				}))
				.satisfies((ex) -> assertThat(ex.getSuppressed()).hasSize(1));
			assertThat(transactions.ended).containsExactly("begin", "commit", "cleanup");
			assertThat(ends).containsExactly(TransactionSynchronization.STATUS_COMMITTED);
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isFalse();
			assertThat(marked(context, "5")).isTrue();
			// the next transaction knows nothing of it
			transaction(context).executeWithoutResult((status) -> {
			});
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void strictCallerOutsideOfATransactionIsToldAtOnce(MigrationStage stage) {
		forBothTimings(stage, "strict", (context) -> {
			secondary(context, stage).fail();
			assertThatExceptionOfType(IndeterminateWriteException.class).isThrownBy(() -> items(context).save(5L, "a"));
			assertThat(marked(context, "5")).isTrue();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void strictTransactionThatRollsBackHasNothingToTell(MigrationStage stage) {
		forBothTimings(stage, "strict", (context) -> assertThat(transaction(context).<Boolean>execute((status) -> {
			items(context).save(5L, "a");
			status.setRollbackOnly();
			return true;
		})).isTrue());
	}

	abstract static class Items implements KeyedStore<Long, String> {

		final Map<Long, String> rows = new LinkedHashMap<>();

		private boolean failing;

		@MigrationWrite(key = "#a0")
		public void save(Long id, String value) {
			write(id, value);
		}

		@MigrationWrite(key = "#result")
		public Long create(String value) {
			write(7L, value);
			return 7L;
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		@MigrationWrite(key = "#result")
		public Long createApart(String value) {
			return create(value);
		}

		/**
		 * Called on the object itself, as it is no operation.
		 */
		public void fail() {
			this.failing = true;
		}

		private void write(Long id, String value) {
			if (this.failing) {
				throw new IllegalStateException("out of order");
			}
			this.rows.put(id, value);
		}

		@Override
		public Optional<String> find(Long key) {
			return Optional.ofNullable(this.rows.get(key));
		}

		@Override
		public void put(Long key, String value) {
			this.rows.put(key, value);
		}

		@Override
		public void remove(Long key) {
			this.rows.remove(key);
		}

		@Override
		public List<Long> keysAfter(@Nullable Long last, int limit) {
			return List.copyOf(this.rows.keySet());
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldItems extends Items {

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewItems extends Items {

	}

	/**
	 * Transactions of nothing.
	 */
	static class Transactions extends AbstractPlatformTransactionManager {

		final List<String> ended = new ArrayList<>();

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.ended.add("begin");
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.ended.add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.ended.add("rollback");
		}

		@Override
		protected void doCleanupAfterCompletion(Object transaction) {
			this.ended.add("cleanup");
		}

	}

}
