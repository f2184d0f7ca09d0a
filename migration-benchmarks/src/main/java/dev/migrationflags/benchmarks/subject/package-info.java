/**
 * What is measured: the same two sides, called by hand, through annotations and through
 * other frameworks.
 */
@NullMarked
package dev.migrationflags.benchmarks.subject;

import org.jspecify.annotations.NullMarked;
