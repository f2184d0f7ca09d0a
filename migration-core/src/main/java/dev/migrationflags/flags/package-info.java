/**
 * Flags at run time: which exist, what stage they have for whom, and how they move.
 */
@NullMarked
package dev.migrationflags.flags;

import org.jspecify.annotations.NullMarked;
