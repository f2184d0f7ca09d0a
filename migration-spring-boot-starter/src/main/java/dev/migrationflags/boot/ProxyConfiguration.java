package dev.migrationflags.boot;

import dev.migrationflags.aop.MigrationAdvisor;
import dev.migrationflags.aop.MigrationClasses;
import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.aop.OutsideResilience;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * {@code migration.aop.mode=proxy}: calls are intercepted by Spring's proxies.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "migration.aop.mode", havingValue = "proxy", matchIfMissing = true)
@Import(ProxyConfiguration.ProxyCreator.class)
class ProxyConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MigrationAdvisor migrationAdvisor(MigrationClasses classes, BeanFactory beanFactory,
			Environment environment) {
		return new MigrationAdvisor(classes, () -> beanFactory.getBean(MigrationOperations.class),
				MigrationBinding.aopOrder(environment));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static OutsideResilience migrationOutsideResilience() {
		return new OutsideResilience();
	}

	/**
	 * Proxies are made also where nothing else in the application asks for them.
	 */
	static class ProxyCreator implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
			AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		}

	}

}
