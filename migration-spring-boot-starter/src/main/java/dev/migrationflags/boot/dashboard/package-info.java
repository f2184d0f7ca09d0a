/**
 * The dashboard: a page that shows where each flag is, and moves it.
 */
@NullMarked
package dev.migrationflags.boot.dashboard;

import org.jspecify.annotations.NullMarked;
