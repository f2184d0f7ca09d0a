package dev.migrationflags.aop;

import java.util.Set;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.Ordered;

/**
 * The injection rule: where the old and the new bean of a flag are the only candidates
 * for a single injection point, the old one is injected. The new bean becomes what Spring
 * calls a fallback, which a primary candidate of the application's own and
 * {@code List<Orders>} do not notice. Needs to know the classes of beans before there are
 * any: a {@code @Bean} method that only tells an interface does not take part.
 */
public final class OldSideFirst implements BeanFactoryPostProcessor, Ordered {

	private final MigrationClasses classes;

	/**
	 * Creates the post-processor.
	 * @param classes reads annotations
	 */
	public OldSideFirst(MigrationClasses classes) {
		this.classes = classes;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			Class<?> type = ScopedProxyUtils.isScopedTarget(beanName) ? null
					: AutoProxyUtils.determineTargetClass(beanFactory, beanName);
			if (type == null) {
				continue;
			}
			Set<@Nullable MigrationOrigin> sides = this.classes.of(type)
				.complete()
				.stream()
				.map(MigrationMethod::origin)
				.collect(Collectors.toSet());
			if (!sides.isEmpty()) {
				post(beanFactory.getBeanDefinition(beanName), type, sides);
			}
		}
	}

	private static void post(BeanDefinition definition, Class<?> type, Set<@Nullable MigrationOrigin> sides) {
		if (sides.equals(Set.of(MigrationOrigin.NEW)) && !definition.isPrimary()) {
			definition.setFallback(true);
		}
		if (Interceptable.needsInterfaceProxy(type) && definition instanceof AbstractBeanDefinition attributes
				&& !attributes.hasAttribute(AutoProxyUtils.EXPOSED_INTERFACES_ATTRIBUTE)) {
			attributes.setAttribute(AutoProxyUtils.EXPOSED_INTERFACES_ATTRIBUTE,
					AutoProxyUtils.ALL_INTERFACES_ATTRIBUTE_VALUE);
		}
	}

}
