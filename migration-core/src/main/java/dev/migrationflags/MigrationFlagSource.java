package dev.migrationflags;

import org.jspecify.annotations.Nullable;

/**
 * Answers which stage a flag has for a context. Beans of this type are asked in their
 * order, before every other source; called on any thread, also on several at once. A
 * source that has once answered with a stage owns the flag: should it later throw, hang,
 * or answer {@code null} or a stage that the flag lacks, the last good stage stays in
 * force.
 */
@FunctionalInterface
public interface MigrationFlagSource {

	/**
	 * The stage of a flag for a context.
	 * @param flagKey the key of the flag
	 * @param context whom the call is for
	 * @return the stage, or {@code null} if this source does not know the flag
	 */
	@Nullable MigrationStage stage(String flagKey, MigrationContext context);

}
