package dev.migrationflags.boot.wiring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.wiring.Wiring.Journal;
import io.micrometer.core.instrument.MeterRegistry;
import org.aspectj.lang.JoinPoint;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.aspectj.lang.annotation.Before;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Each side runs under its own advice, and migration is outside of transactions, caching
 * and retries.
 */
class AopOrderTests {

	private static ApplicationContextRunner withDatabase(MigrationStage stage, Class<?>... beans) {
		return Wiring.at(stage, beans)
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					TransactionAutoConfiguration.class))
			.withPropertyValues("spring.datasource.generate-unique-name=true");
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void eachSideHasATransactionOfItsOwn(MigrationStage stage) {
		withDatabase(stage, OldTransactional.class, NewTransactional.class).run((context) -> {
			context.getBean(OldTransactional.class).save("x");
			List<String> journal = context.getBean(Journal.class).take();
			assertThat(journal).hasSize(stage.writesBoth() ? 2 : 1)
				.allMatch((entry) -> entry.endsWith("Transactional.save"))
				.doesNotHaveDuplicates();
			assertThat(journal.get(0)).contains((stage.authority() == MigrationOrigin.OLD) ? "Old" : "New");
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aSecondaryThatFailsRollsBackItsOwnTransactionOnly(MigrationStage stage) {
		withDatabase(stage, OldTransactional.class, NewTransactional.class).run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.execute("create table written (side varchar(10))");
			context.getBean(Inserts.class).insert(stage.authority().other());
			assertThat(jdbc.queryForList("select side from written", String.class))
				.containsExactly(stage.authority().key());
		});
	}

	interface Inserts {

		@MigrationWrite
		void insert(MigrationOrigin failing);

	}

	abstract static class AbstractTransactional implements Inserts {

		private final Journal journal;

		private final JdbcTemplate jdbc;

		private final MigrationOrigin side;

		AbstractTransactional(Journal journal, JdbcTemplate jdbc, MigrationOrigin side) {
			this.journal = journal;
			this.jdbc = jdbc;
			this.side = side;
		}

		@MigrationWrite
		@Transactional
		public void save(String value) {
			this.journal.add(TransactionSynchronizationManager.getCurrentTransactionName());
			DataSource dataSource = this.jdbc.getDataSource();
			assertThat(DataSourceUtils.isConnectionTransactional(DataSourceUtils.getConnection(dataSource), dataSource))
				.isTrue();
		}

		@Override
		@Transactional
		public void insert(MigrationOrigin failing) {
			this.jdbc.update("insert into written values (?)", this.side.key());
			if (failing == this.side) {
				throw new IllegalStateException("planned");
			}
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	static class OldTransactional extends AbstractTransactional {

		OldTransactional(Journal journal, JdbcTemplate jdbc) {
			super(journal, jdbc, MigrationOrigin.OLD);
		}

		@Override
		@Transactional
		public void save(String value) {
			super.save(value);
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewTransactional extends AbstractTransactional {

		NewTransactional(Journal journal, JdbcTemplate jdbc) {
			super(journal, jdbc, MigrationOrigin.NEW);
		}

		@Override
		@Transactional
		public void save(String value) {
			super.save(value);
		}

	}

	@Test
	void anOrderInsideOfTransactionsPutsBothSidesIntoTheTransactionOfTheCalledOne() {
		withDatabase(MigrationStage.DUAL_WRITE, OldTransactional.class, NewTransactional.class, OuterTransactions.class)
			.withPropertyValues("migration.aop.order=100")
			.run((context) -> {
				context.getBean(NewTransactional.class).save("x");
				assertThat(context.getBean(Journal.class).take()).hasSize(2)
					.allMatch((transaction) -> transaction.endsWith("NewTransactional.save"));
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = 50)
	static class OuterTransactions {

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void eachSideHasACacheOfItsOwnWhichTheMigrationDoesNotBypass(MigrationStage stage) {
		Wiring.at(stage, Caching.class, OldCached.class, NewCached.class).run((context) -> {
			for (int call = 0; call < 3; call++) {
				assertThat(context.getBean(OldCached.class).find("x")).isEqualTo(stage.authority().key());
			}
			assertThat(context.getBean(Journal.class).take()).isEqualTo(Wiring.readAt(stage));
			assertThat(calls(context, stage.authority())).isEqualTo(3);
		});
	}

	private static long calls(AssertableApplicationContext context, MigrationOrigin side) {
		return context.getBean(MeterRegistry.class)
			.get("migration.calls")
			.tags("origin", side.key())
			.timers()
			.stream()
			.mapToLong((timer) -> timer.count())
			.sum();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	static class OldCached {

		private final Journal journal;

		OldCached(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead
		@Cacheable("old")
		String find(String id) {
			return this.journal.add("old");
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewCached {

		private final Journal journal;

		NewCached(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead
		@Cacheable("new")
		String find(String id) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aRetryOnASideIsOneCallOfTheMigration(MigrationStage stage) {
		Wiring.at(stage, Resilience.class, OldRetried.class, NewRetried.class).run((context) -> {
			for (Retried bean : context.getBeansOfType(Retried.class).values()) {
				assertThat(bean.find("x")).isEqualTo(stage.authority().key());
				List<String> journal = context.getBean(Journal.class).take();
				assertThat(journal).hasSize(stage.readsBoth() ? 6 : 3);
				assertThat(journal.subList(0, 3)).containsOnly(stage.authority().key());
			}
			assertThat(calls(context, stage.authority())).isEqualTo(2);
			assertThat(context.getBean(MeterRegistry.class).find("migration.calls").tag("outcome", "error").timers())
				.isEmpty();
		});
	}

	@Test
	void anOrderAsLowAsThatOfRetriesLeavesTheMigrationInside() {
		Wiring.at(MigrationStage.OFF, Resilience.class, OldRetried.class, NewRetried.class)
			.withPropertyValues("migration.aop.order=2147483647")
			.run((context) -> {
				assertThat(context.getBean(OldRetried.class).find("x")).isEqualTo("old");
				assertThat(calls(context, MigrationOrigin.OLD)).isEqualTo(3);
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class Resilience {

	}

	interface Retried {

		@MigrationRead
		String find(String id);

	}

	/**
	 * Each third attempt succeeds.
	 */
	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	static class OldRetried implements Retried {

		private final AtomicInteger attempts = new AtomicInteger();

		private final Journal journal;

		OldRetried(Journal journal) {
			this.journal = journal;
		}

		@Override
		@Retryable(delay = 0)
		public String find(String id) {
			this.journal.add("old");
			if (this.attempts.incrementAndGet() % 3 != 0) {
				throw new IllegalStateException("planned");
			}
			return "old";
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewRetried implements Retried {

		private final AtomicInteger attempts = new AtomicInteger();

		private final Journal journal;

		NewRetried(Journal journal) {
			this.journal = journal;
		}

		@Override
		@Retryable(delay = 0)
		public String find(String id) {
			this.journal.add("new");
			if (this.attempts.incrementAndGet() % 3 != 0) {
				throw new IllegalStateException("planned");
			}
			return "new";
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aspectsOfTheApplicationRunForTheSideThatRuns(MigrationStage stage) {
		Wiring.at(stage, OldAdvised.class, NewAdvised.class, Inner.class).run((context) -> {
			for (Advised bean : context.getBeansOfType(Advised.class).values()) {
				assertThat(bean.save("x")).isEqualTo(stage.authority().key() + " [x]");
				List<String> journal = context.getBean(Journal.class).take();
				String authority = name(stage.authority());
				assertThat(journal.subList(0, 3)).containsExactly("around " + authority, "before " + authority + " [x]",
						stage.authority().key() + " [x]");
				if (stage.writesBoth()) {
					String secondary = name(stage.authority().other());
					assertThat(journal.subList(3, 6)).containsExactly("around " + secondary,
							"before " + secondary + " [x]", stage.authority().other().key() + " [x]");
				}
				else {
					assertThat(journal).hasSize(3);
				}
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "OFF, immediate", "OFF, after-commit", "DUAL_WRITE, immediate", "DUAL_WRITE, after-commit",
			"SHADOW, immediate", "SHADOW, after-commit", "LIVE, immediate", "LIVE, after-commit",
			"RAMP_DOWN, immediate", "RAMP_DOWN, after-commit", "COMPLETE, immediate", "COMPLETE, after-commit" })
	void aspectsSeeTheMirroredArgumentsOnTheThreadsOfThePoolToo(MigrationStage stage, String timing) {
		Wiring.at(stage, OldAdvised.class, NewAdvised.class, Inner.class)
			.withPropertyValues("migration.flags.a-flag.write.timing=" + timing)
			.run((context) -> {
				for (Advised bean : context.getBeansOfType(Advised.class).values()) {
					bean.mirrored("x");
					List<String> journal = context.getBean(Journal.class).take();
					String result = stage.authority().key() + " [x]";
					String authority = name(stage.authority());
					List<String> expected = new ArrayList<>(
							List.of("around " + authority, "before " + authority + " [x]", result));
					if (stage.writesBoth()) {
						String secondary = name(stage.authority().other());
						expected.addAll(List.of("around " + secondary, "before " + secondary + " [" + result + "]",
								stage.authority().other().key() + " [" + result + "]"));
					}
					assertThat(journal).isEqualTo(expected);
				}
			});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void anAspectWithASmallerOrderIsOutsideOfTheMigrationOnTheCalledBean(MigrationStage stage) {
		Wiring.at(stage, OldAdvised.class, NewAdvised.class, Outer.class).run((context) -> {
			assertThat(context.getBean(OldAdvised.class).save("x")).isEqualTo(stage.authority().key() + " x");
			List<String> journal = context.getBean(Journal.class).take();
			assertThat(journal.get(0)).isEqualTo("outer OldAdvised");
			assertThat(journal).contains(stage.authority().key() + " x");
		});
	}

	@Test
	void anExceptionOfAnAspectOfTheOtherSideDoesNotReachTheCaller() {
		Wiring.at(MigrationStage.DUAL_WRITE, OldAdvised.class, NewAdvised.class, FailingOnNew.class)
			.run((context) -> assertThat(context.getBean(OldAdvised.class).save("x")).isEqualTo("old x"));
		Wiring.at(MigrationStage.LIVE, OldAdvised.class, NewAdvised.class, FailingOnNew.class)
			.run((context) -> assertThatIllegalStateException()
				.isThrownBy(() -> context.getBean(OldAdvised.class).save("x"))
				.withMessage("planned"));
	}

	private static String name(MigrationOrigin side) {
		return (side == MigrationOrigin.OLD) ? "OldAdvised" : "NewAdvised";
	}

	interface Advised {

		@MigrationWrite
		String save(String value);

		@MigrationWrite(mirror = "#result")
		String mirrored(String value);

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	static class OldAdvised implements Advised {

		private final Journal journal;

		OldAdvised(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String save(String value) {
			return this.journal.add("old " + value);
		}

		@Override
		public String mirrored(String value) {
			return this.journal.add("old " + value);
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewAdvised implements Advised {

		private final Journal journal;

		NewAdvised(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String save(String value) {
			return this.journal.add("new " + value);
		}

		@Override
		public String mirrored(String value) {
			return this.journal.add("new " + value);
		}

	}

	@Aspect
	static class Inner {

		private final Journal journal;

		Inner(Journal journal) {
			this.journal = journal;
		}

		@Before("target(dev.migrationflags.boot.wiring.AopOrderTests.Advised) && this(bean)")
		void before(JoinPoint call, Object bean) {
			this.journal.add("before " + AopUtils.getTargetClass(bean).getSimpleName() + " " + call.getArgs()[0]);
		}

		@Around("target(dev.migrationflags.boot.wiring.AopOrderTests.Advised)")
		Object around(ProceedingJoinPoint call) throws Throwable {
			this.journal.add("around " + call.getTarget().getClass().getSimpleName());
			return call.proceed(new Object[] { "[" + call.getArgs()[0] + "]" });
		}

	}

	@Aspect
	@Order(0)
	static class Outer {

		private final Journal journal;

		Outer(Journal journal) {
			this.journal = journal;
		}

		@Around("target(dev.migrationflags.boot.wiring.AopOrderTests.Advised)")
		Object around(ProceedingJoinPoint call) throws Throwable {
			this.journal.add("outer " + call.getTarget().getClass().getSimpleName());
			return call.proceed();
		}

	}

	@Aspect
	static class FailingOnNew {

		@Before("target(dev.migrationflags.boot.wiring.AopOrderTests.NewAdvised)")
		void before() {
			throw new IllegalStateException("planned");
		}

	}

}
