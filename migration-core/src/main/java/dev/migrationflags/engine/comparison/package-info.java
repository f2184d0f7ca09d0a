/**
 * Comparing what two sides returned. {@link ValueComparison} is the way in: it compares
 * two values, live or {@link Captured fixed before}, by the rules of one operation and
 * gives a {@link Verdict}. Nothing here throws, changes a value or loads what is lazy.
 */
@NullMarked
package dev.migrationflags.engine.comparison;

import org.jspecify.annotations.NullMarked;
