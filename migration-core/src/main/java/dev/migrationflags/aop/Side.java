package dev.migrationflags.aop;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * One side of an operation as a bean: called through its proxy, so that its other advice
 * applies, and past it as long as there is none.
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
		Unadvised unadvised = target.unadvised();
		try {
			return (unadvised != null && unadvised.holds()) ? unadvised.target().invoke(arguments)
					: target.invoke(arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private Target target() throws Exception {
		Target target = this.target;
		if (target == null) {
			target = Target.of(this.beanFactory.getBean(this.beanName), this.method);
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

	/**
	 * An object and the method to call on it.
	 */
	private record Target(Object bean, Method method, @Nullable Unadvised unadvised) {

		static Target of(Object bean, Method method) throws Exception {
			Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
			ReflectionUtils.makeAccessible(invocable);
			return new Target(bean, invocable, Unadvised.of(bean, method));
		}

		@Nullable Object invoke(@Nullable Object[] arguments) throws Exception {
			return this.method.invoke(this.bean, arguments);
		}

	}

	/**
	 * What a proxy wraps whose only advice is the migration. That does not route a call
	 * from inside the operation, so going through the proxy would cost time and change
	 * nothing. Advice may be added while the application runs.
	 */
	private record Unadvised(Advised proxy, Target target) {

		static @Nullable Unadvised of(Object bean, Method method) throws Exception {
			if (!(bean instanceof Advised proxy) || proxy.isExposeProxy() || !proxy.getTargetSource().isStatic()
					|| proxy.getAdvisorCount() != 1 || !(proxy.getAdvisors()[0] instanceof MigrationAdvisor)) {
				return null;
			}
			Object target = proxy.getTargetSource().getTarget();
			return (target != null) ? new Unadvised(proxy, Target.of(target, method)) : null;
		}

		boolean holds() {
			return this.proxy.getAdvisorCount() == 1;
		}

	}

}
