/**
 * The vocabulary: every type that a user of the framework types, and nothing else.
 */
@NullMarked
package dev.migrationflags;

import org.jspecify.annotations.NullMarked;
