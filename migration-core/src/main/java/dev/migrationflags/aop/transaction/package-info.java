/**
 * The transactions of the calling thread, seen from Spring's transaction managers.
 */
@NullMarked
package dev.migrationflags.aop.transaction;

import org.jspecify.annotations.NullMarked;
