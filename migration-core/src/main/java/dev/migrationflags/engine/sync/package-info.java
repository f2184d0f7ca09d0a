/**
 * Backfill and verification: all keys of a flag, one after the other.
 */
@NullMarked
package dev.migrationflags.engine.sync;

import org.jspecify.annotations.NullMarked;
