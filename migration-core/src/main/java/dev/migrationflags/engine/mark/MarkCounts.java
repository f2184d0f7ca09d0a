package dev.migrationflags.engine.mark;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The marks of a flag in the whole store.
 *
 * @param pending marks that wait for repair, without parked ones and without those of
 * operations that may still write
 * @param parked marks whose repair was given up
 * @param oldest the age of the oldest pending mark, or {@code null} if there is none
 */
public record MarkCounts(long pending, long parked, @Nullable Duration oldest) {
}
