package dev.migrationflags.engine;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;

/**
 * What has a stage: a flag, or a context under a flag whose contexts may differ. Two
 * flags of one name in two applications are two.
 */
public sealed interface Subject {

	/**
	 * The flag.
	 * @return the flag
	 */
	Flag flag();

	/**
	 * What has a stage.
	 * @param flag the flag
	 * @param context whom the call is for, or {@code null} if that does not matter
	 * @return the subject
	 */
	static Subject of(Flag flag, @Nullable MigrationContext context) {
		return (context != null) ? new OfContext(flag, context) : new OfFlag(flag);
	}

	/**
	 * All contexts have one stage.
	 *
	 * @param flag the flag
	 */
	record OfFlag(Flag flag) implements Subject {
	}

	/**
	 * One context has a stage.
	 *
	 * @param flag the flag
	 * @param context the context
	 */
	record OfContext(Flag flag, MigrationContext context) implements Subject {
	}

}
