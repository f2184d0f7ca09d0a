/**
 * From annotations to operations: finds annotated methods, pairs them, and intercepts
 * their calls. Spring, no Spring Boot.
 */
@NullMarked
package dev.migrationflags.aop;

import org.jspecify.annotations.NullMarked;
