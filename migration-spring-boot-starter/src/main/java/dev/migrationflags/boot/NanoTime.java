package dev.migrationflags.boot;

import java.util.function.LongSupplier;

/**
 * The time that passes, as {@link System#nanoTime()} tells it. A bean of this type
 * replaces it in tests, for all that looks back at the last minutes.
 */
@FunctionalInterface
interface NanoTime extends LongSupplier {

}
