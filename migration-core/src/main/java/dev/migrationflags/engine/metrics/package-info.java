/**
 * The meters of the engine: resolved once, never able to fail a call.
 */
@NullMarked
package dev.migrationflags.engine.metrics;

import org.jspecify.annotations.NullMarked;
