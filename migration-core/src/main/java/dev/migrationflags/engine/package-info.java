/**
 * Runs operations: decides the stage of a call, runs one or both sides, compares, and
 * measures. Plain Java: knows neither Spring AOP nor Spring Boot.
 */
@NullMarked
package dev.migrationflags.engine;

import org.jspecify.annotations.NullMarked;
