/**
 * What marks add to a dual write.
 */
@NullMarked
package dev.migrationflags.benchmarks.marks;

import org.jspecify.annotations.NullMarked;
