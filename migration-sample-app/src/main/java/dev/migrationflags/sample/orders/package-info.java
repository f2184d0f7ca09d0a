/**
 * Orders move from one PostgreSQL to another: flag {@code orders-db}, six stages.
 */
@NullMarked
package dev.migrationflags.sample.orders;

import org.jspecify.annotations.NullMarked;
