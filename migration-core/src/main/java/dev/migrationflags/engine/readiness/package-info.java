/**
 * What the calls and comparisons of the last minutes say about a flag: whether it may go
 * on, and whether it had better step back.
 */
@NullMarked
package dev.migrationflags.engine.readiness;

import org.jspecify.annotations.NullMarked;
