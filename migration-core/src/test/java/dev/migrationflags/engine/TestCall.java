package dev.migrationflags.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A call whose sides a test writes down.
 */
final class TestCall implements Call {

	final List<MigrationOrigin> invoked = new CopyOnWriteArrayList<>();

	private final SideCall oldSide;

	private final SideCall newSide;

	private @Nullable Object key;

	private @Nullable UnaryOperator<@Nullable Object> keyOfResult;

	private TestCall(SideCall oldSide, SideCall newSide) {
		this.oldSide = oldSide;
		this.newSide = newSide;
	}

	static TestCall of(SideCall oldSide, SideCall newSide) {
		return new TestCall(oldSide, newSide);
	}

	/**
	 * Both sides return their name, except for what one of them does instead.
	 */
	static TestCall with(MigrationOrigin side, SideCall instead) {
		return (side == MigrationOrigin.OLD) ? of(instead, () -> "new") : of(() -> "old", instead);
	}

	TestCall withKey(@Nullable Object key) {
		this.key = key;
		return this;
	}

	@Override
	public @Nullable Object run(MigrationOrigin side) throws Throwable {
		this.invoked.add(side);
		return ((side == MigrationOrigin.OLD) ? this.oldSide : this.newSide).run();
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
	public @Nullable MigrationContext context() {
		return null;
	}

	/**
	 * A key that is known only after a write.
	 */
	TestCall withKeyOfResult(UnaryOperator<@Nullable Object> keyOfResult) {
		this.keyOfResult = keyOfResult;
		return this;
	}

	@Override
	public boolean hasKey() {
		return this.key != null || this.keyOfResult != null;
	}

	@Override
	public @Nullable Object keyBefore() {
		return this.key;
	}

	@Override
	public @Nullable Object key(@Nullable Object result) {
		return (this.keyOfResult != null) ? this.keyOfResult.apply(result) : this.key;
	}

}
