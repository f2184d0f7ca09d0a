package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.Migrator;
import dev.migrationflags.ThrowingFunction;

/**
 * A migrator over one read and one write operation.
 */
final class OperationMigrator<P, R, W> implements Migrator<P, R, W> {

	private final @Nullable Sides<P, R> read;

	private final @Nullable Sides<P, W> write;

	OperationMigrator(@Nullable Sides<P, R> read, @Nullable Sides<P, W> write) {
		this.read = read;
		this.write = write;
	}

	@Override
	public R read(P payload) throws Exception {
		return sides(this.read, "read").execute(payload, null);
	}

	@Override
	public R read(P payload, MigrationContext context) throws Exception {
		return sides(this.read, "read").execute(payload, context);
	}

	@Override
	public W write(P payload) throws Exception {
		return sides(this.write, "write").execute(payload, null);
	}

	@Override
	public W write(P payload, MigrationContext context) throws Exception {
		return sides(this.write, "write").execute(payload, context);
	}

	private static <P, T> Sides<P, T> sides(@Nullable Sides<P, T> sides, String method) {
		if (sides == null) {
			throw new UnsupportedOperationException(
					"This migrator was built without a %1$s; call %1$s(old, new) on its builder".formatted(method));
		}
		return sides;
	}

	/**
	 * The two implementations of one operation.
	 */
	record Sides<P, T>(Operation operation, ThrowingFunction<P, T> oldSide, ThrowingFunction<P, T> newSide) {

		// null is a T if a function returns null
		@SuppressWarnings({ "unchecked", "NullAway" })
		T execute(P payload, @Nullable MigrationContext context) throws Exception {
			try {
				return (T) this.operation.execute(new PayloadCall<>(this, payload, context));
			}
			catch (Exception | Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw Sides.<RuntimeException>asItIs(ex);
			}
		}

		/**
		 * A function cannot declare a {@code Throwable} that is neither an exception nor
		 * an error, but it can throw one.
		 */
		@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
		private static <X extends Throwable> X asItIs(Throwable throwable) throws X {
			throw (X) throwable;
		}

		T run(MigrationOrigin side, P payload) throws Exception {
			return ((side == MigrationOrigin.OLD) ? this.oldSide : this.newSide).apply(payload);
		}

	}

	/**
	 * One call of a function with its payload.
	 */
	private record PayloadCall<P, T>(Sides<P, T> sides, P payload, @Nullable MigrationContext context) implements Call {

		@Override
		public @Nullable Object run(MigrationOrigin side) throws Exception {
			return this.sides.run(side, this.payload);
		}

		@Override
		public SideCall detach(MigrationOrigin side) {
			return () -> run(side);
		}

		@Override
		public SideCall mirror(MigrationOrigin side, @Nullable Object result) {
			return () -> run(side);
		}

		@Override
		public SideCall detachMirror(MigrationOrigin side, @Nullable Object result) {
			return () -> run(side);
		}

		@Override
		public boolean hasKey() {
			return false;
		}

		@Override
		public @Nullable Object keyBefore() {
			return null;
		}

		@Override
		public @Nullable Object key(@Nullable Object result) {
			return null;
		}

	}

}
