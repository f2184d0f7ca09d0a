package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;

/**
 * One call of an operation, able to run either side with the caller's arguments. Used by
 * one thread at a time.
 */
public interface Call {

	/**
	 * The side that was called: the one that runs unrouted when the call comes from
	 * inside the operation.
	 * @return the side; old if the call does not name one
	 */
	default MigrationOrigin called() {
		return MigrationOrigin.OLD;
	}

	/**
	 * Runs one side on the current thread, which is the caller's.
	 * @param side the side
	 * @return what the side returned
	 * @throws Throwable what the side threw, as it is
	 */
	@Nullable Object run(MigrationOrigin side) throws Throwable;

	/**
	 * Fixes how a side is run, so that it can run on another thread after the caller has
	 * gone on. May be called several times, by several threads, as long as {@link #run}
	 * is not. The arguments themselves are shared, not copied: what the secondary does to
	 * them the caller sees, and the other way round. There is no defence against that:
	 * nobody can copy an object of a kind that he does not know.
	 * @param side the side
	 * @return the side, to be run once
	 */
	SideCall detach(MigrationOrigin side);

	/**
	 * The secondary side of a write, with the arguments that mirror the authoritative
	 * write; to be run once, on the current thread.
	 * @param side the secondary side
	 * @param result what the authoritative side returned
	 * @return the side; working out the arguments may fail when it is run, not here
	 */
	SideCall mirror(MigrationOrigin side, @Nullable Object result);

	/**
	 * As {@link #mirror}, to be run on another thread.
	 * @param side the secondary side
	 * @param result what the authoritative side returned
	 * @return the side; working out the arguments may fail when it is run, not here
	 */
	SideCall detachMirror(MigrationOrigin side, @Nullable Object result);

	/**
	 * Whom the call is for, if the call itself tells; must not throw.
	 * @return the context, or {@code null} for the current one
	 */
	@Nullable MigrationContext context();

	/**
	 * Whether calls of this kind tell the key of the entity that they touch. Must not
	 * throw.
	 * @return whether there is any use in asking
	 */
	boolean hasKey();

	/**
	 * The key of the entity that a write is about to touch; must not throw.
	 * @return the key, a collection of keys, or {@code null} if it cannot be told yet
	 */
	@Nullable Object keyBefore();

	/**
	 * The key of the entity that the call touches; must not throw.
	 * @param result what the authoritative side of a write returned, else {@code null}
	 * @return the key, a collection of keys, or {@code null} if there is none
	 */
	@Nullable Object key(@Nullable Object result);

	/**
	 * One side of a call, ready to run.
	 */
	@FunctionalInterface
	interface SideCall {

		/**
		 * Runs the side.
		 * @return what the side returned
		 * @throws Throwable what the side threw, as it is
		 */
		@Nullable Object run() throws Throwable;

	}

}
