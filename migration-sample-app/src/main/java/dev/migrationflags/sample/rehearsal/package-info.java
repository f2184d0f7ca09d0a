/**
 * Drives traffic through all stages of all flags, and counts what was lost.
 */
@NullMarked
package dev.migrationflags.sample.rehearsal;

import org.jspecify.annotations.NullMarked;
