/**
 * What the programs of this module share.
 */
@NullMarked
package dev.migrationflags.benchmarks;

import org.jspecify.annotations.NullMarked;
