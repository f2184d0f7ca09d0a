package dev.migrationflags.boot;

import java.time.Clock;
import java.util.List;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.aop.MigrationClasses;
import dev.migrationflags.aop.OldSideFirst;
import dev.migrationflags.engine.jdbc.JdbcStages;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.boot.source.RefreshedStages;
import dev.migrationflags.boot.source.SourcesConfiguration;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.FlagSources;
import dev.migrationflags.flags.FlipGuard;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.StageMoves;
import dev.migrationflags.flags.StageStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of migration flags: the flags and what moves them. Whether methods
 * are intercepted is decided by {@code migration.enabled}.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
		"org.springframework.boot.autoconfigure.aop.AopAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@Import({ EnabledConfiguration.class, DisabledConfiguration.class, SourcesConfiguration.class,
		StoreConfiguration.class })
public final class MigrationAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MigrationClasses migrationClasses() {
		return new MigrationClasses();
	}

	@Bean
	static OldSideFirst migrationOldSideFirst(MigrationClasses classes) {
		return new OldSideFirst(classes);
	}

	@Bean
	MigrationSetup migrationSetup(Environment environment, ObjectProvider<MigrationFlag> flags, FlagSources sources) {
		return MigrationSetup.of(MigrationBinding.of(environment, flags.orderedStream().toList()), sources);
	}

	@Bean
	SourcesConfiguration.StartUpTimeout migrationStartUpTimeout(ObjectProvider<MigrationSetup> setup) {
		return () -> setup.getObject().properties().startUpTimeout();
	}

	/**
	 * A listener is made before other beans, and so must not take any along.
	 */
	@Bean
	static RefreshedStages migrationRefreshedStages(Environment environment, ObjectProvider<StageMoves> moves,
			ObjectProvider<EngineMeters> meters) {
		return new RefreshedStages((unreadable) -> MigrationBinding.of(environment, List.of()).stages(unreadable),
				moves::getIfAvailable, meters::getObject);
	}

	/**
	 * Whoever gets the flags gets them where the store says that they are.
	 */
	@Bean
	FlagRegistry migrationFlagRegistry(MigrationSetup setup, ObjectProvider<JdbcStages> stages) {
		stages.ifAvailable((store) -> store.start(setup.registry(), setup.properties().enabled()));
		return setup.registry();
	}

	@Bean
	EngineMeters migrationMeters(MigrationSetup setup, ObjectProvider<MeterRegistry> registries,
			ObjectProvider<ObservationRegistry> observationRegistries) {
		if (!setup.properties().enabled()) {
			return EngineMeters.none();
		}
		return new EngineMeters(new LazyRegistry<>(registries),
				setup.properties().observations().enabled() ? new LazyRegistry<>(observationRegistries) : null);
	}

	@Bean
	@ConditionalOnMissingBean(MigrationFlags.class)
	StageMoves migrationFlags(FlagRegistry registry, MigrationSetup setup, EngineMeters meters,
			ApplicationEventPublisher events, StageStore store, ObjectProvider<MoveCheck> checks,
			ObjectProvider<FlipGuard> guards) {
		return new StageMoves(registry, (event) -> publish(event, meters, events), new CurrentActor(),
				Clock.systemUTC(), store, setup.properties().store().acceptVolatile(), checks.orderedStream().toList(),
				guards.orderedStream().toList());
	}

	private static void publish(StageChangedEvent event, EngineMeters meters, ApplicationEventPublisher events) {
		meters.stageChanged(event);
		events.publishEvent(event);
	}

}
