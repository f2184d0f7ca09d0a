package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;

/**
 * Follows what a side's method has returned until the side ends, without occupying a
 * thread.
 */
interface Follower {

	/**
	 * Begins to follow.
	 * @param side the side
	 * @param result what its method returned
	 * @param end told once when the side ends, by the thread that ends it, perhaps before
	 * this method returns; perhaps of a cancellation
	 * @return the side under way
	 */
	Flight follow(MigrationOrigin side, @Nullable Object result, End end);

	/**
	 * Told of the end of a side.
	 */
	@FunctionalInterface
	interface End {

		void ended(Attempt attempt);

	}

	/**
	 * A side under way.
	 */
	@FunctionalInterface
	interface Flight {

		/**
		 * Asks the side to stop; runs code of the side.
		 */
		void cancel();

	}

}
