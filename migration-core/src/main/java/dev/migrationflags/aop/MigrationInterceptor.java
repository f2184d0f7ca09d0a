package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * Hands a call of an annotated method to the engine, unless it comes from inside the same
 * operation. Each method of each proxy has an interceptor of its own, which remembers
 * what it found last: so there is nothing to look up.
 */
final class MigrationInterceptor implements MethodInterceptor {

	private final Supplier<MigrationOperations> lookup;

	/**
	 * Immutable, so that a race of two threads costs a look-up and nothing else.
	 */
	private @Nullable Found last;

	/**
	 * Creates an interceptor.
	 * @param lookup finds the operations, once a call needs them: the interceptor is made
	 * long before they are
	 */
	MigrationInterceptor(Supplier<MigrationOperations> lookup) {
		this.lookup = lookup;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		if (target == null) {
			return invocation.proceed();
		}
		BoundMethod bound = find(invocation.getMethod(), target.getClass());
		if (bound == null) {
			return invocation.proceed();
		}
		@Nullable Object[] inside = Inside.current();
		if (Inside.is(inside, bound.operation())) {
			return invocation.proceed();
		}
		return bound.operation().execute(new InterceptedCall(bound, (ProxyMethodInvocation) invocation, inside));
	}

	private @Nullable BoundMethod find(Method method, Class<?> targetClass) {
		Found last = this.last;
		if (last == null || last.method() != method || last.targetClass() != targetClass) {
			last = new Found(method, targetClass, this.lookup.get().find(method, targetClass));
			this.last = last;
		}
		return last.bound();
	}

	private record Found(Method method, Class<?> targetClass, @Nullable BoundMethod bound) {
	}

}
