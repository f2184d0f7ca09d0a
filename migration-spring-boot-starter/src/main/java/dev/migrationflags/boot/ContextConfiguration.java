package dev.migrationflags.boot;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Whom calls are for, where a property says it and no bean does.
 */
@Configuration(proxyBeanMethods = false)
class ContextConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SecurityContextHolder.class)
	@ConditionalOnProperty(name = "migration.context.provider", havingValue = "principal")
	@ConditionalOnMissingBean({ MigrationContextProvider.class, MigrationContext.class })
	static class Principal {

		@Bean
		MigrationContextProvider migrationPrincipalContext() {
			return new PrincipalContext();
		}

	}

}
