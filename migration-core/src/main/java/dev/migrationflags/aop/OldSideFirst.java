package dev.migrationflags.aop;

import java.util.List;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.aop.MigrationClass.KeyedClass;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;

/**
 * The injection rule: where the old and the new bean of a flag are the only candidates
 * for a single injection point, the old one is injected. The new bean becomes what Spring
 * calls a fallback, which a primary candidate of the application's own and
 * {@code List<Orders>} do not notice. Also sees to it that proxies reach the annotated
 * methods, whatever kind of proxy the application prefers.
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
		BeanTypes types = new BeanTypes(beanFactory);
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			Class<?> type = types.defined(beanName);
			MigrationClass annotated = (type != null) ? this.classes.of(type) : null;
			if (type == null || annotated == null) {
				continue;
			}
			List<MigrationMethod> methods = annotated.complete();
			if (methods.isEmpty()) {
				preferOld(beanFactory.getBeanDefinition(beanName), annotated.keyed());
			}
			else {
				preferOld(beanFactory.getBeanDefinition(beanName), methods);
				preferKindOfProxy(beanFactory.getBeanDefinition(types.definitionName(beanName)), type, methods);
			}
		}
	}

	private static void preferOld(BeanDefinition definition, @Nullable KeyedClass store) {
		if (store != null && store.origin() == MigrationOrigin.NEW && !definition.isPrimary()) {
			definition.setFallback(true);
		}
	}

	private static void preferOld(BeanDefinition definition, List<MigrationMethod> methods) {
		if (methods.stream().allMatch((method) -> method.origin() == MigrationOrigin.NEW) && !definition.isPrimary()) {
			definition.setFallback(true);
		}
	}

	private static void preferKindOfProxy(BeanDefinition definition, Class<?> type, List<MigrationMethod> methods) {
		if (definition.hasAttribute(AutoProxyUtils.EXPOSED_INTERFACES_ATTRIBUTE)) {
			return;
		}
		if (Interceptable.needsInterfaceProxy(type)) {
			definition.setAttribute(AutoProxyUtils.EXPOSED_INTERFACES_ATTRIBUTE,
					AutoProxyUtils.ALL_INTERFACES_ATTRIBUTE_VALUE);
		}
		else if (!Interceptable.isInterfaceOrProxy(type)
				&& !methods.stream().allMatch((method) -> Interceptable.isOnInterface(method.method(), type))) {
			definition.setAttribute(AutoProxyUtils.PRESERVE_TARGET_CLASS_ATTRIBUTE, Boolean.TRUE);
		}
	}

}
