/**
 * Marks: which keys may differ between the two sides, and their repair.
 */
@NullMarked
package dev.migrationflags.engine.mark;

import org.jspecify.annotations.NullMarked;
