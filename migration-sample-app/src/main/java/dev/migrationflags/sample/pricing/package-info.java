/**
 * Pricing moves from a method to a service: flag {@code pricing}, four stages.
 */
@NullMarked
package dev.migrationflags.sample.pricing;

import org.jspecify.annotations.NullMarked;
