/**
 * Stages from a file of OpenFeature's flagd, for {@code --sample.flags=<file>}.
 */
@NullMarked
package dev.migrationflags.sample.flags;

import org.jspecify.annotations.NullMarked;
