package dev.migrationflags.boot;

import java.util.List;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.boot.MigrationProperties.ContextProvider;
import dev.migrationflags.flags.Problem;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Whom calls are for, where a property says it and no bean does.
 */
@Configuration(proxyBeanMethods = false)
class ContextConfiguration {

	private static final String PROPERTY = "migration.context.provider";

	private static final String SECURITY = "org.springframework.security.core.context.SecurityContextHolder";

	private static final String RESOLVER = "org.hibernate.context.spi.CurrentTenantIdentifierResolver";

	/**
	 * What is missing for the provider that was chosen. Without it every call would be
	 * anonymous, and nobody would notice.
	 */
	static void problems(ContextProvider provider, ListableBeanFactory beans, List<Problem> problems) {
		if (!isEmpty(beans, MigrationContextProvider.class) || !isEmpty(beans, MigrationContext.class)) {
			return;
		}
		String where = "property '%s'".formatted(PROPERTY);
		if (provider == ContextProvider.PRINCIPAL) {
			problems.add(new Problem("The principal is that of Spring Security, which is not on the class path", where,
					"Add spring-boot-starter-security, or define a bean of type MigrationContextProvider"));
		}
		else if (provider == ContextProvider.TENANT) {
			problems.add(new Problem(
					"The tenant is that of Hibernate, and there is no bean of type %s"
						.formatted(ClassUtils.getShortName(RESOLVER)),
					where, "Define one, or instead of the property a bean: MigrationContextProvider.of(\"tenant\", "
							+ "<what gives the current key>)"));
		}
	}

	private static boolean isEmpty(ListableBeanFactory beans, Class<?> type) {
		return beans.getBeanNamesForType(type, true, false).length == 0;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = SECURITY)
	@ConditionalOnProperty(name = PROPERTY, havingValue = "principal")
	@ConditionalOnMissingBean({ MigrationContextProvider.class, MigrationContext.class })
	static class Principal {

		@Bean
		MigrationContextProvider migrationPrincipalContext() {
			return new PrincipalContext();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = RESOLVER)
	@ConditionalOnBean(type = RESOLVER)
	@ConditionalOnProperty(name = PROPERTY, havingValue = "tenant")
	@ConditionalOnMissingBean({ MigrationContextProvider.class, MigrationContext.class })
	static class Tenant {

		/**
		 * Looked up at the first call: it belongs to the application's persistence.
		 */
		@Bean
		MigrationContextProvider migrationTenantContext(ObjectProvider<CurrentTenantIdentifierResolver<?>> resolvers) {
			return new TenantContext(SingletonSupplier.of(resolvers::getObject));
		}

	}

}
