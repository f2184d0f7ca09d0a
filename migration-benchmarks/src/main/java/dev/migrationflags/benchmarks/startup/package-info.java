/**
 * What a start takes, in time and memory, with many operations.
 */
@NullMarked
package dev.migrationflags.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
