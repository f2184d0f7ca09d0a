package dev.migrationflags.aop;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;

/**
 * A call that a proxy has intercepted.
 */
final class InterceptedCall extends BoundCall {

	private final ProxyMethodInvocation invocation;

	InterceptedCall(BoundMethod bound, ProxyMethodInvocation invocation, @Nullable Object[] inside) {
		super(bound, invocation.getArguments(), inside);
		this.invocation = invocation;
	}

	@Override
	@Nullable Object proceed() throws Throwable {
		return this.invocation.proceed();
	}

	/**
	 * A clone, because an invocation proceeds once; and exposed, because inner advice of
	 * kind {@code @Before} looks for it on its own thread.
	 */
	@Override
	SideCall later(@Nullable Object[] arguments) {
		MethodInvocation clone = this.invocation.invocableClone(arguments);
		return () -> ExposeInvocationInterceptor.INSTANCE.invoke(clone);
	}

}
