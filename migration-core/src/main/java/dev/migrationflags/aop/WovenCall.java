package dev.migrationflags.aop;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

import org.aspectj.lang.ProceedingJoinPoint;
import org.jspecify.annotations.Nullable;

/**
 * A call that was woven into a class.
 */
final class WovenCall extends BoundCall {

	private final ProceedingJoinPoint joinPoint;

	private final Method method;

	WovenCall(BoundMethod bound, ProceedingJoinPoint joinPoint, Method method, @Nullable Object[] inside) {
		super(bound, joinPoint.getArgs(), inside);
		this.joinPoint = joinPoint;
		this.method = method;
	}

	@Override
	@Nullable Object proceed() throws Throwable {
		return this.joinPoint.proceed();
	}

	/**
	 * Calls the method anew, which the weaving lets through: a join point is bound to its
	 * thread.
	 */
	@Override
	SideCall later(@Nullable Object[] arguments) {
		return () -> {
			try {
				this.method.setAccessible(true);
				return this.method.invoke(this.joinPoint.getTarget(), arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
	}

}
