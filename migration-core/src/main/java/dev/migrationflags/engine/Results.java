package dev.migrationflags.engine;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Results of one kind, as those see them who watch a side without taking part.
 */
interface Results {

	/**
	 * There when the method returns.
	 */
	Results VALUES = new Results() {

		@Override
		public @Nullable Object watched(@Nullable Object result, End end) {
			end.ended(null);
			return result;
		}

	};

	/**
	 * Watches a result.
	 * @param result what a method returned
	 * @param end told once of the end
	 * @return what is to be given on in its place
	 */
	@Nullable Object watched(@Nullable Object result, End end);

	/**
	 * Lets what runs later find the observation that it is part of.
	 * @param result what a method returned
	 * @param observation the observation
	 * @return what is to be given on in its place
	 */
	default @Nullable Object within(@Nullable Object result, Observation observation) {
		return result;
	}

	/**
	 * Told of the end of a result.
	 */
	@FunctionalInterface
	interface End {

		/**
		 * It has ended.
		 * @param error its failure, a {@link java.util.concurrent.CancellationException}
		 * if it was cancelled, or {@code null}
		 */
		void ended(@Nullable Throwable error);

	}

}
