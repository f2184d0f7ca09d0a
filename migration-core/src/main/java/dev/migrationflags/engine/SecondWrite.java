package dev.migrationflags.engine;

import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * When and where the second write of a dual write runs.
 */
interface SecondWrite {

	/**
	 * The authoritative write has returned, and the caller is about to get its value. May
	 * throw: that counts as a failed second write and does not reach the caller.
	 * @param call the call
	 * @param stage the stage of the call
	 * @param value what the authoritative side returned
	 * @param start when the deadline of the call began to run, in terms of
	 * {@link System#nanoTime()}
	 * @param end when the authoritative write ended
	 * @param write is told when the second write is over, or will not be run
	 * @return what the caller gets instead of the value, or {@code null}
	 */
	@Nullable RuntimeException write(Call call, MigrationStage stage, @Nullable Object value, long start, long end,
			OpenWrite write);

}
