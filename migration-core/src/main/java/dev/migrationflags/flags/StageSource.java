package dev.migrationflags.flags;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * A dynamic source as the flags see it: a bean of the application, or a flag system.
 * Called on several threads at once.
 */
public interface StageSource {

	/**
	 * The name of this source in meters, logs and reasons.
	 * @return the name
	 */
	String name();

	/**
	 * The stage of a flag for a context.
	 * @param flag the key of the flag
	 * @param context whom it is for
	 * @return the stage, or {@code null} if this source does not know the flag
	 * @throws Exception if there is an answer that is no stage, or none at all
	 */
	@Nullable MigrationStage stage(String flag, MigrationContext context) throws Exception;

	/**
	 * Whether an answer comes from memory, so that it can be asked for on the caller's
	 * thread. Any other source is asked on a thread of its own, under a time limit.
	 * @return {@code false} by default
	 */
	default boolean inMemory() {
		return false;
	}

	/**
	 * Whether few of its flags are likely to be migrations. A flag that such a source did
	 * not know is looked up once a second and when it says that something has changed,
	 * not on every call.
	 * @return {@code false} by default
	 */
	default boolean general() {
		return false;
	}

	/**
	 * Tells whenever flags may have changed, if the source can. Called once.
	 * @param changed to be run on any thread; quick
	 * @return ends that
	 */
	default Runnable onChange(Runnable changed) {
		return () -> {
		};
	}

}
