package dev.migrationflags.engine.comparison;

import java.util.List;

import dev.migrationflags.Difference;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison found.
 *
 * @param result the outcome
 * @param differences where the values differ, at most {@value #MAX_DIFFERENCES}; empty
 * unless they do
 * @param failure why there is no verdict, for a log at DEBUG; its message may carry data
 * of users and belongs in no report
 */
public record Verdict(Result result, List<Difference> differences, @Nullable Throwable failure) {

	/**
	 * How many differences are listed at most.
	 */
	public static final int MAX_DIFFERENCES = 100;

	/**
	 * The values match.
	 */
	public static final Verdict MATCH = new Verdict(Result.MATCH, List.of());

	/**
	 * The values are too large or too deep to be compared.
	 */
	public static final Verdict OVERSIZED = new Verdict(Result.OVERSIZED, List.of());

	/**
	 * Copies the differences.
	 */
	public Verdict {
		differences = List.copyOf(differences);
	}

	/**
	 * A verdict without a failure.
	 * @param result the outcome
	 * @param differences where the values differ
	 */
	public Verdict(Result result, List<Difference> differences) {
		this(result, differences, null);
	}

	static Verdict mismatch(List<Difference> differences) {
		return new Verdict(Result.MISMATCH, differences);
	}

	static Verdict error(Throwable failure) {
		return new Verdict(Result.COMPARATOR_ERROR, List.of(), failure);
	}

	/**
	 * Result and differences, without values and without the failure's message.
	 */
	@Override
	public String toString() {
		return this.result + (this.differences.isEmpty() ? "" : " " + this.differences);
	}

	/**
	 * The outcome of a comparison.
	 */
	public enum Result {

		/**
		 * No difference under the rules.
		 */
		MATCH,

		/**
		 * There are differences.
		 */
		MISMATCH,

		/**
		 * More than {@code max-nodes}, or too deep: not compared.
		 */
		OVERSIZED,

		/**
		 * A comparator, or a value while it was read, threw: no verdict.
		 */
		COMPARATOR_ERROR

	}

}
