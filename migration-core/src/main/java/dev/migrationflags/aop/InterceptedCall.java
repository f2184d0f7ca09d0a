package dev.migrationflags.aop;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.Call;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;

/**
 * One call of an annotated method: its own side goes on with the invocation, the other
 * side is called through its bean.
 */
final class InterceptedCall implements Call {

	private final BoundMethod bound;

	private final ProxyMethodInvocation invocation;

	private final @Nullable Object[] arguments;

	InterceptedCall(BoundMethod bound, ProxyMethodInvocation invocation) {
		this.bound = bound;
		this.invocation = invocation;
		this.arguments = invocation.getArguments();
	}

	@Override
	public MigrationOrigin called() {
		return this.bound.side();
	}

	@Override
	public @Nullable Object run(MigrationOrigin side) throws Throwable {
		int depth = Inside.enter(this.bound.operation());
		try {
			return (side == this.bound.side()) ? this.invocation.proceed() : this.bound.other().invoke(this.arguments);
		}
		finally {
			Inside.leave(depth);
		}
	}

	@Override
	public SideCall detach(MigrationOrigin side) {
		if (side != this.bound.side()) {
			return () -> run(side);
		}
		MethodInvocation clone = this.invocation.invocableClone();
		return () -> proceed(clone);
	}

	@Override
	public SideCall mirror(MigrationOrigin side, @Nullable Object result) {
		return (this.bound.expressions().mirror(side.other()) != null) ? detachMirror(side, result) : () -> run(side);
	}

	@Override
	public SideCall detachMirror(MigrationOrigin side, @Nullable Object result) {
		OperationExpressions.Mirror mirror = this.bound.expressions().mirror(side.other());
		return () -> {
			@Nullable Object[] mirrored = (mirror != null) ? mirror.arguments(this.arguments, result) : this.arguments;
			if (side == this.bound.side()) {
				return proceed(this.invocation.invocableClone(mirrored));
			}
			int depth = Inside.enter(this.bound.operation());
			try {
				return this.bound.other().invoke(mirrored);
			}
			finally {
				Inside.leave(depth);
			}
		};
	}

	/**
	 * A clone that runs under inner advice of kind {@code @Before}, or on another thread,
	 * needs to be exposed there.
	 */
	private @Nullable Object proceed(MethodInvocation clone) throws Throwable {
		int depth = Inside.enter(this.bound.operation());
		try {
			return ExposeInvocationInterceptor.INSTANCE.invoke(clone);
		}
		finally {
			Inside.leave(depth);
		}
	}

	@Override
	public @Nullable MigrationContext context() {
		return this.bound.expressions().context(this.arguments);
	}

	@Override
	public @Nullable Object key(@Nullable Object result) {
		return this.bound.expressions().key(this.arguments, result);
	}

}
