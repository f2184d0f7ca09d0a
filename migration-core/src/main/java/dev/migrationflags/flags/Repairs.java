package dev.migrationflags.flags;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The keys of a flag whose two sides may differ, in the whole store.
 *
 * @param pending how many wait for repair, or {@code null} if that is unknown
 * @param parked how many are given up until somebody asks for them, or {@code null} if
 * that is unknown
 * @param oldestAge how long the oldest of them has been waiting, zero if none is, or
 * {@code null} if that is unknown
 */
public record Repairs(@Nullable Long pending, @Nullable Long parked, @Nullable Duration oldestAge) {

	/**
	 * Nothing is to be repaired.
	 */
	public static final Repairs NONE = new Repairs(0L, 0L, Duration.ZERO);

	/**
	 * What is to be repaired cannot be told now.
	 */
	public static final Repairs UNKNOWN = new Repairs(null, null, null);

	/**
	 * Knows what is to be repaired.
	 */
	@FunctionalInterface
	public interface Source {

		/**
		 * What is to be repaired of a flag.
		 * @param flag the key of the flag
		 * @return the keys; {@link #NONE} for a flag of which nothing is ever marked
		 */
		Repairs of(String flag);

	}

}
