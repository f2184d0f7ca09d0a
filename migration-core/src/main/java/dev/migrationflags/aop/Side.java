package dev.migrationflags.aop;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * One side of an operation as a bean: called through its proxy, so that its other advice
 * applies.
 */
final class Side {

	private final BeanFactory beanFactory;

	private final String beanName;

	private final Method method;

	private final boolean singleton;

	private volatile @Nullable Target target;

	Side(BeanFactory beanFactory, String beanName, Method method) {
		this.beanFactory = beanFactory;
		this.beanName = beanName;
		this.method = method;
		this.singleton = beanFactory.isSingleton(beanName);
	}

	@Nullable Object invoke(@Nullable Object[] arguments) throws Throwable {
		Target target = target();
		try {
			return target.method.invoke(target.bean, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private Target target() {
		Target target = this.target;
		if (target == null) {
			Object bean = this.beanFactory.getBean(this.beanName);
			Method method = AopUtils.selectInvocableMethod(this.method, bean.getClass());
			ReflectionUtils.makeAccessible(method);
			target = new Target(bean, method);
			if (this.singleton) {
				this.target = target;
			}
		}
		return target;
	}

	@Override
	public String toString() {
		return this.beanName;
	}

	private record Target(Object bean, Method method) {
	}

}
