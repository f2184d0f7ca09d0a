package dev.migrationflags.aop;

import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * Hands a call of an annotated method to the engine, unless it comes from inside the same
 * operation.
 */
final class MigrationInterceptor implements MethodInterceptor {

	private final Supplier<MigrationOperations> lookup;

	private volatile @Nullable MigrationOperations operations;

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
		BoundMethod bound = operations().find(invocation.getMethod(), target.getClass());
		if (bound == null || Inside.is(bound.operation())) {
			return invocation.proceed();
		}
		return bound.operation().execute(new InterceptedCall(bound, (ProxyMethodInvocation) invocation));
	}

	private MigrationOperations operations() {
		MigrationOperations operations = this.operations;
		if (operations == null) {
			operations = this.lookup.get();
			this.operations = operations;
		}
		return operations;
	}

}
