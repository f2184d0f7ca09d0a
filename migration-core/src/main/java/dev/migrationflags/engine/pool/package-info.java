/**
 * The threads of the secondary side: bounded, shared fairly, and watched.
 */
@NullMarked
package dev.migrationflags.engine.pool;

import org.jspecify.annotations.NullMarked;
