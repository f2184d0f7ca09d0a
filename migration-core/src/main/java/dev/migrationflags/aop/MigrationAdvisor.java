package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.aopalliance.aop.Advice;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/**
 * Intercepts the annotated methods of beans.
 */
public final class MigrationAdvisor extends AbstractPointcutAdvisor {

	private final transient Pointcut pointcut;

	private final transient Supplier<MigrationOperations> operations;

	/**
	 * Creates the advisor.
	 * @param classes reads annotations
	 * @param operations finds the operations, once a call needs them
	 * @param order the order among advisors
	 */
	public MigrationAdvisor(MigrationClasses classes, Supplier<MigrationOperations> operations, int order) {
		this.pointcut = new AnnotatedMethods(classes);
		this.operations = operations;
		setOrder(order);
	}

	@Override
	public Pointcut getPointcut() {
		return this.pointcut;
	}

	/**
	 * An interceptor for one method of one proxy, which asks for it when the method is
	 * called for the first time.
	 */
	@Override
	public Advice getAdvice() {
		return new MigrationInterceptor(this.operations);
	}

	private static final class AnnotatedMethods extends StaticMethodMatcherPointcut implements ClassFilter {

		private final MigrationClasses classes;

		AnnotatedMethods(MigrationClasses classes) {
			this.classes = classes;
			setClassFilter(this);
		}

		/**
		 * A class that no proxy can be made of is left to the checks at start-up, which
		 * say so better than the attempt.
		 */
		@Override
		public boolean matches(Class<?> type) {
			return Interceptable.isProxyable(type) && !this.classes.of(type).complete().isEmpty();
		}

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			MigrationMethod found = this.classes.of(targetClass).find(method);
			return found != null && found.flag() != null && found.origin() != null;
		}

	}

}
