package dev.migrationflags.aop;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.Call;
import org.jspecify.annotations.Nullable;

/**
 * One call of an annotated method: its own side goes on, the other side is called through
 * its bean.
 */
abstract class BoundCall implements Call {

	private final BoundMethod bound;

	private final @Nullable Object[] arguments;

	private final @Nullable Object[] inside;

	/**
	 * Creates a call.
	 * @param bound what it runs
	 * @param arguments the arguments of the caller
	 * @param inside the operations that the calling thread is {@link Inside}
	 */
	BoundCall(BoundMethod bound, @Nullable Object[] arguments, @Nullable Object[] inside) {
		this.bound = bound;
		this.arguments = arguments;
		this.inside = inside;
	}

	/**
	 * Goes on with the call, on the thread that made it; once.
	 */
	abstract @Nullable Object proceed() throws Throwable;

	/**
	 * Fixes how to go on with the call, with other arguments or on another thread.
	 */
	abstract SideCall later(@Nullable Object[] arguments);

	@Override
	public final MigrationOrigin called() {
		return this.bound.side();
	}

	@Override
	public final @Nullable Object run(MigrationOrigin side) throws Throwable {
		@Nullable Object[] inside = Inside.current(this.inside);
		int place = Inside.enter(inside, this.bound.operation());
		try {
			return (side == this.bound.side()) ? proceed() : this.bound.other().invoke(this.arguments);
		}
		finally {
			Inside.leave(inside, place);
		}
	}

	@Override
	public final SideCall detach(MigrationOrigin side) {
		return inside(later(side, this.arguments));
	}

	@Override
	public final SideCall mirror(MigrationOrigin side, @Nullable Object result) {
		return (this.bound.expressions().mirror(side.other()) != null) ? detachMirror(side, result) : () -> run(side);
	}

	@Override
	public final SideCall detachMirror(MigrationOrigin side, @Nullable Object result) {
		OperationExpressions.Mirror mirror = this.bound.expressions().mirror(side.other());
		return (mirror == null) ? detach(side)
				: inside(() -> later(side, mirror.arguments(this.arguments, result)).run());
	}

	private SideCall later(MigrationOrigin side, @Nullable Object[] arguments) {
		return (side == this.bound.side()) ? later(arguments) : () -> this.bound.other().invoke(arguments);
	}

	private SideCall inside(SideCall call) {
		return () -> {
			@Nullable Object[] inside = Inside.current(this.inside);
			int place = Inside.enter(inside, this.bound.operation());
			try {
				return call.run();
			}
			finally {
				Inside.leave(inside, place);
			}
		};
	}

	@Override
	public final @Nullable MigrationContext context() {
		return this.bound.expressions().context(this.arguments);
	}

	@Override
	public final boolean hasKey() {
		return this.bound.expressions().hasKey();
	}

	@Override
	public final @Nullable Object keyBefore() {
		return this.bound.expressions().keyBefore(this.arguments);
	}

	@Override
	public final @Nullable Object key(@Nullable Object result) {
		return this.bound.expressions().key(this.arguments, result);
	}

}
