/**
 * A shop with three migrations under way, and their rehearsal.
 */
@NullMarked
package dev.migrationflags.sample;

import org.jspecify.annotations.NullMarked;
