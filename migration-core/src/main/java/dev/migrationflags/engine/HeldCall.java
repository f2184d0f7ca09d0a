package dev.migrationflags.engine;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A call that begins later, on another thread, because its flag is moving. What belongs
 * to the caller's thread is taken from it now.
 */
final class HeldCall implements Call {

	private final Call call;

	private final @Nullable MigrationContext context;

	private final SideCall oldSide;

	private final SideCall newSide;

	HeldCall(Call call, @Nullable MigrationContext context) {
		this.call = call;
		this.context = context;
		this.oldSide = call.detach(MigrationOrigin.OLD);
		this.newSide = call.detach(MigrationOrigin.NEW);
	}

	@Override
	public MigrationOrigin called() {
		return this.call.called();
	}

	@Override
	public @Nullable Object run(MigrationOrigin side) throws Throwable {
		return ((side == MigrationOrigin.OLD) ? this.oldSide : this.newSide).run();
	}

	@Override
	public SideCall detach(MigrationOrigin side) {
		return this.call.detach(side);
	}

	@Override
	public SideCall mirror(MigrationOrigin side, @Nullable Object result) {
		return this.call.detachMirror(side, result);
	}

	@Override
	public SideCall detachMirror(MigrationOrigin side, @Nullable Object result) {
		return this.call.detachMirror(side, result);
	}

	@Override
	public @Nullable MigrationContext context() {
		return this.context;
	}

	@Override
	public boolean hasKey() {
		return this.call.hasKey();
	}

	@Override
	public @Nullable Object keyBefore() {
		return this.call.keyBefore();
	}

	@Override
	public @Nullable Object key(@Nullable Object result) {
		return this.call.key(result);
	}

}
