package dev.migrationflags.aop;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * A bean that is one side of a flag, addressable by key.
 *
 * @param beanName the bean
 * @param type its class
 * @param flag its flag
 * @param origin its side
 */
record KeyedBean(String beanName, Class<?> type, String flag, MigrationOrigin origin) {

	String where() {
		return "bean '%s', class %s".formatted(this.beanName, ClassUtils.getUserClass(this.type).getName());
	}

	/**
	 * What the bean is a store of. Of a generic class only the bean's definition tells.
	 */
	ResolvableType store(ConfigurableListableBeanFactory beanFactory) {
		ResolvableType store = ResolvableType.forClass(ClassUtils.getUserClass(this.type)).as(KeyedStore.class);
		if (store.resolveGeneric(0) == null && beanFactory.containsBeanDefinition(this.beanName)) {
			BeanDefinition definition = beanFactory.getMergedBeanDefinition(this.beanName);
			return (definition instanceof RootBeanDefinition root) ? root.getResolvableType().as(KeyedStore.class)
					: store;
		}
		return store;
	}

	static @Nullable Class<?> key(ResolvableType store) {
		return store.resolveGeneric(0);
	}

}
