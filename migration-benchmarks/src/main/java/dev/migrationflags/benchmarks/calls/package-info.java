/**
 * What a call costs: processor time and bytes.
 */
@NullMarked
package dev.migrationflags.benchmarks.calls;

import org.jspecify.annotations.NullMarked;
