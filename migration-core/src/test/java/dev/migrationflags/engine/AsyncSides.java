package dev.migrationflags.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A call whose sides end when a test says so.
 */
final class AsyncSides implements Call {

	final List<MigrationOrigin> invoked = new CopyOnWriteArrayList<>();

	final List<String> threads = new CopyOnWriteArrayList<>();

	final List<@Nullable Object> mirrored = new CopyOnWriteArrayList<>();

	final CompletableFuture<String> oldSide = new CompletableFuture<>();

	final CompletableFuture<String> newSide = new CompletableFuture<>();

	private final AsyncForm form;

	private @Nullable Object key;

	private @Nullable SideCall oldMethod;

	private @Nullable SideCall newMethod;

	AsyncSides(AsyncForm form) {
		this.form = form;
	}

	/**
	 * Both sides have ended, with their names.
	 */
	static AsyncSides named(AsyncForm form) {
		AsyncSides sides = new AsyncSides(form);
		sides.oldSide.complete("old");
		sides.newSide.complete("new");
		return sides;
	}

	/**
	 * What the method of a side does before it returns its result.
	 */
	AsyncSides whoseMethod(MigrationOrigin side, SideCall does) {
		if (side == MigrationOrigin.OLD) {
			this.oldMethod = does;
		}
		else {
			this.newMethod = does;
		}
		return this;
	}

	AsyncSides whoseMethodThrows(MigrationOrigin side, Throwable error) {
		return whoseMethod(side, () -> {
			throw error;
		});
	}

	CompletableFuture<String> of(MigrationOrigin side) {
		return (side == MigrationOrigin.OLD) ? this.oldSide : this.newSide;
	}

	@Override
	public @Nullable Object run(MigrationOrigin side) throws Throwable {
		this.threads.add(side.key() + " on " + Thread.currentThread().getName());
		this.invoked.add(side);
		SideCall method = (side == MigrationOrigin.OLD) ? this.oldMethod : this.newMethod;
		if (method != null) {
			method.run();
		}
		return this.form.of(of(side));
	}

	@Override
	public SideCall detach(MigrationOrigin side) {
		return () -> run(side);
	}

	@Override
	public SideCall mirror(MigrationOrigin side, @Nullable Object result) {
		throw new AssertionError("not for results that come later");
	}

	@Override
	public SideCall detachMirror(MigrationOrigin side, @Nullable Object result) {
		return () -> {
			this.mirrored.add(result);
			return run(side);
		};
	}

	@Override
	public @Nullable MigrationContext context() {
		return null;
	}

	AsyncSides withKey(@Nullable Object key) {
		this.key = key;
		return this;
	}

	@Override
	public boolean hasKey() {
		return this.key != null;
	}

	@Override
	public @Nullable Object keyBefore() {
		return this.key;
	}

	@Override
	public @Nullable Object key(@Nullable Object result) {
		return this.key;
	}

}
