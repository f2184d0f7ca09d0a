package dev.migrationflags.flags;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Knows when the store of stages was last heard of. Asked on every dual write.
 */
@FunctionalInterface
public interface StoreSilence {

	/**
	 * Whether the store has been silent for too long.
	 * @return for how long, or {@code null} if it is near enough
	 */
	@Nullable Duration tooLong();

}
