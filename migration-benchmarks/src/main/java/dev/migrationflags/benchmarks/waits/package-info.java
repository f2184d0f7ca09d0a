/**
 * What a caller waits when the other side is slow, hangs or fails, and what threads it
 * costs.
 */
@NullMarked
package dev.migrationflags.benchmarks.waits;

import org.jspecify.annotations.NullMarked;
