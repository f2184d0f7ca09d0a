/**
 * Spring Boot: properties, auto-configuration and failure analysis.
 */
@NullMarked
package dev.migrationflags.boot;

import org.jspecify.annotations.NullMarked;
