/**
 * Spoils the new sides on purpose, for {@code ./rehearse --chaos}.
 */
@NullMarked
package dev.migrationflags.sample.chaos;

import org.jspecify.annotations.NullMarked;
