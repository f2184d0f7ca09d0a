package dev.migrationflags.flags;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Holds new calls of a flag while its authority changes. Closed from the beginning, and
 * opened once.
 */
public final class Gate {

	private final @Nullable Thread mover;

	private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();

	private volatile boolean sealed;

	/**
	 * Creates a closed gate.
	 * @param mover who changes the authority on this node, or {@code null} if it is
	 * changed elsewhere
	 */
	Gate(@Nullable Thread mover) {
		this.mover = mover;
	}

	/**
	 * Completes when calls may go on, on the thread of who moves the flag: what follows
	 * has to go elsewhere.
	 * @return never failed; completing it does nothing
	 */
	public CompletableFuture<@Nullable Void> opened() {
		return this.opened.copy();
	}

	/**
	 * Whether the current thread is the one that changes the authority: it cannot wait
	 * for itself.
	 * @return whether it is
	 */
	public boolean isMovers() {
		return this.mover == Thread.currentThread();
	}

	/**
	 * Whether nobody may pass at all, because the authority is changing at this moment.
	 * @return whether that is so
	 */
	public boolean isSealed() {
		return this.sealed;
	}

	void seal(boolean sealed) {
		this.sealed = sealed;
	}

	void open() {
		this.opened.complete(null);
	}

}
