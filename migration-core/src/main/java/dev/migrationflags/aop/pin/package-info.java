/**
 * The requests and transactions within which a stage is kept.
 */
@NullMarked
package dev.migrationflags.aop.pin;

import org.jspecify.annotations.NullMarked;
