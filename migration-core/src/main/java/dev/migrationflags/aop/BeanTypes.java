package dev.migrationflags.aop;

import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The classes of beans, behind their proxies and as far as they can be known.
 */
final class BeanTypes {

	private final ConfigurableListableBeanFactory beanFactory;

	BeanTypes(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * What the definition of a bean tells. Creates nothing, not even a factory.
	 * @param beanName the bean
	 * @return the class, or {@code null} if it is not known or the bean is but the target
	 * of a scoped proxy
	 */
	@Nullable Class<?> defined(String beanName) {
		if (ScopedProxyUtils.isScopedTarget(beanName)) {
			return null;
		}
		String name = definitionName(beanName);
		Class<?> type = this.beanFactory.getType(name, false);
		return (type != null) ? refined(name, type) : null;
	}

	/**
	 * What the bean itself tells, if there is one already.
	 * @param beanName the bean
	 * @return the class, or {@code null} if it is not known or the bean is but the target
	 * of a scoped proxy
	 */
	@Nullable Class<?> actual(String beanName) {
		if (ScopedProxyUtils.isScopedTarget(beanName)) {
			return null;
		}
		String name = definitionName(beanName);
		Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, name);
		return (type != null) ? refined(name, type) : null;
	}

	/**
	 * Whether a class says all: an interface is only what somebody has promised.
	 */
	static boolean isPromise(Class<?> type) {
		return Modifier.isAbstract(type.getModifiers()) && !Proxy.isProxyClass(type);
	}

	boolean isScopedProxy(String beanName) {
		return this.beanFactory.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(beanName));
	}

	/**
	 * The bean that is advised: of a scoped proxy, its target.
	 */
	String definitionName(String beanName) {
		return isScopedProxy(beanName) ? ScopedProxyUtils.getTargetBeanName(beanName) : beanName;
	}

	private Class<?> refined(String name, Class<?> type) {
		if (!isPromise(type) || !this.beanFactory.containsBeanDefinition(name)) {
			return type;
		}
		BeanDefinition definition = this.beanFactory.getBeanDefinition(name);
		Class<?> made = FactoryMethodClass.find(definition, type, this.beanFactory.getBeanClassLoader());
		return (made != null) ? made : type;
	}

}
