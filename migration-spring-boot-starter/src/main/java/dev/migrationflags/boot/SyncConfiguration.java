package dev.migrationflags.boot;

import java.time.Clock;

import dev.migrationflags.aop.BeanComparators;
import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.engine.Engine;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.sync.BackgroundSync;
import dev.migrationflags.engine.sync.SyncCheck;
import dev.migrationflags.engine.sync.SyncSettings;
import dev.migrationflags.engine.sync.SyncStore;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.StageStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Backfill and verification.
 */
@Configuration(proxyBeanMethods = false)
class SyncConfiguration {

	@Bean
	BackgroundSync migrationSync(FlagRegistry flags, MigrationOperations operations, MarkStore marks, StageStore stages,
			SyncStore store, ConfigurableListableBeanFactory beanFactory, MigrationSetup setup,
			MismatchReporter reporter, EngineMeters meters, Engine engine) {
		MigrationProperties properties = setup.properties();
		SyncSettings defaults = SyncSettings.DEFAULT;
		SyncSettings settings = new SyncSettings(properties.sync().rate(), properties.repair().batch(),
				properties.store().pollInterval(), defaults.lease(), properties.repair().backoff(),
				properties.repair().maxBackoff(), properties.repair().attempts());
		return new BackgroundSync(new BackgroundSync.Parts(flags, operations::keyedSides, marks, stages, store,
				BeanComparators.of(beanFactory), properties.mismatches().includeValues(), reporter, meters,
				Clock.systemUTC(), engine::copies), settings);
	}

	/**
	 * Asked for when a check is made, as what moves flags is there before what needs
	 * them.
	 */
	@Bean
	MoveCheck migrationSyncCheck(ObjectProvider<BackgroundSync> sync) {
		return SyncCheck.of(sync::getObject);
	}

	/**
	 * What was begun before a restart goes on once the application is ready.
	 */
	@Bean
	ApplicationListener<ApplicationReadyEvent> migrationSyncStart(ObjectProvider<BackgroundSync> sync) {
		return (event) -> sync.getObject().start();
	}

}
