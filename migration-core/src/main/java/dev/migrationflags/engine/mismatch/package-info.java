/**
 * What becomes of a mismatch: the bounded list, the listeners and the log.
 */
@NullMarked
package dev.migrationflags.engine.mismatch;

import org.jspecify.annotations.NullMarked;
