package dev.migrationflags.boot.endpoint;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import dev.migrationflags.boot.source.SourceErrors;
import dev.migrationflags.flags.FlagRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the health contributor {@code migrations}.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBooleanProperty(name = "migration.enabled", matchIfMissing = true)
public final class MigrationsHealthAutoConfiguration {

	@Bean
	@ConditionalOnEnabledHealthIndicator("migrations")
	@ConditionalOnMissingBean(name = "migrationsHealthContributor")
	MigrationsHealth migrationsHealthContributor(FlagRegistry flags, ObjectProvider<MigrationFlag> definitions,
			SourceErrors errors) {
		return new MigrationsHealth(flags, StageOrigins.of(definitions), errors);
	}

}
