package dev.migrationflags.crash.history;

import org.jspecify.annotations.Nullable;

/**
 * A read that has returned.
 *
 * @param key the key
 * @param value what it has seen, if anything
 * @param called when it was called
 * @param returned when it returned
 */
public record Read(long key, @Nullable Long value, long called, long returned) {
}
