package dev.migrationflags.boot;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.MigratorFactory;
import dev.migrationflags.MismatchListener;
import dev.migrationflags.aop.BeanComparators;
import dev.migrationflags.aop.BeanContexts;
import dev.migrationflags.aop.MigrationAdvisor;
import dev.migrationflags.aop.MigrationClasses;
import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.aop.OutsideResilience;
import dev.migrationflags.aop.pin.CallerPins;
import dev.migrationflags.engine.CallerTransactions;
import dev.migrationflags.engine.ContextCarrier;
import dev.migrationflags.engine.ContextSource;
import dev.migrationflags.engine.Engine;
import dev.migrationflags.engine.EngineMigrators;
import dev.migrationflags.engine.OperationReports;
import dev.migrationflags.engine.Secondaries;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.pool.FairPool;
import dev.migrationflags.engine.pool.Watchdog;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.FlagSources;
import dev.migrationflags.flags.Problem;
import dev.migrationflags.flags.StageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.AdviceMode;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Methods are intercepted: the engine, the advisor and the wiring of operations.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "migration.enabled", matchIfMissing = true)
@Import({ ProxyConfiguration.class, AspectjConfiguration.class, TransactionsConfiguration.class,
		PinsConfiguration.class, PropagationConfiguration.class, ContextConfiguration.class,
		GuardrailConfiguration.class, RepairConfiguration.class, SyncConfiguration.class,
		DashboardConfiguration.class })
class EnabledConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(EnabledConfiguration.class);

	@Bean
	@Lazy(false)
	MigrationOperations migrationOperations(ConfigurableListableBeanFactory beanFactory, MigrationClasses classes,
			ObjectProvider<Engine> engine, ObjectProvider<FlagRegistry> flags, MigrationSetup setup,
			ObjectProvider<DashboardConfiguration.Needs> dashboard) {
		List<Problem> problems = new ArrayList<>(setup.problems());
		dashboard.ifAvailable((needs) -> problems.addAll(needs.problems()));
		boolean proxies = setup.properties().aop().mode() == AdviceMode.PROXY;
		if (!proxies) {
			AspectjConfiguration.problems(problems);
		}
		ContextConfiguration.problems(setup.properties().context().provider(), beanFactory, problems);
		return new MigrationOperations(beanFactory, classes, engine::getObject, flags::getObject,
				() -> new MigrationOperations.Setup(setup.declaredFlags(), problems, proxies));
	}

	@Bean
	Engine migrationEngine(MigrationSetup setup, EngineMeters meters, MismatchReporter reporter,
			ContextSource migrationContexts, Secondaries secondaries, ObjectProvider<CallerTransactions> transactions,
			CallerPins pins, ObjectProvider<OperationReports> reports, ObjectProvider<MarkStore> marks,
			ConfigurableListableBeanFactory beanFactory) {
		return new Engine(meters, migrationContexts, BeanComparators.of(beanFactory), reporter,
				setup.properties().mismatches().includeValues(), secondaries,
				transactions.getIfAvailable(() -> CallerTransactions.NONE), pins)
			.reportingTo(reports.getIfAvailable(() -> OperationReports.NONE))
			.marking(marks.getIfAvailable());
	}

	@Bean
	FairPool migrationPool(MigrationSetup setup) {
		return SecondaryThreads.pool(setup.properties().executor());
	}

	@Bean
	Watchdog migrationWatchdog() {
		return new Watchdog();
	}

	@Bean
	Secondaries migrationSecondaries(FairPool pool, Watchdog watchdog, ObjectProvider<ContextCarrier> carriers) {
		return new Secondaries(pool, watchdog, carriers.getIfAvailable(() -> ContextCarrier.NONE));
	}

	@Bean
	ContextSource migrationContexts(ObjectProvider<MigrationContextProvider> providers,
			ObjectProvider<MigrationContext> contexts, ConfigurableListableBeanFactory beanFactory) {
		boolean contextBean = beanFactory.getBeanNamesForType(MigrationContext.class, true, false).length > 0;
		return new BeanContexts(providers, contexts, contextBean);
	}

	@Bean
	MismatchReporter migrationMismatchReporter(MigrationSetup setup, ObjectProvider<MismatchListener> listeners) {
		return new MismatchReporter(setup.properties().mismatches().keep(), () -> listeners.orderedStream().toList(),
				Clock.systemUTC());
	}

	@Bean
	MigratorFactory migratorFactory(Engine engine, FlagRegistry flags) {
		return new EngineMigrators(engine, flags);
	}

	/**
	 * The gauges, and the warning that moves do not outlive the process.
	 */
	@Bean
	@Lazy(false)
	SmartInitializingSingleton migrationStageGauges(FlagRegistry flags, EngineMeters meters, MigrationSetup setup,
			MigrationOperations operations, FlagSources sources, StageStore store) {
		return () -> {
			flags.onFlag(meters::stageGauge);
			FlagRegistry.warnings(setup.definitions(), sources.isPresent())
				.forEach((warning) -> logger.warn("{} ({}): {}", warning.what(), warning.where(), warning.fix()));
			if (!store.isDurable() && !operations.list().isEmpty()) {
				logger.warn("Stages that are moved at run time are kept in memory: a restart goes back to the "
						+ "configured ones (migration.store.type=memory)");
			}
		};
	}

}
