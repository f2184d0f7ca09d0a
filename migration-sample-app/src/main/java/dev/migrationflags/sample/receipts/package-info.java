/**
 * Receipts move from one mail provider to another: flag {@code receipts}, two stages.
 */
@NullMarked
package dev.migrationflags.sample.receipts;

import org.jspecify.annotations.NullMarked;
