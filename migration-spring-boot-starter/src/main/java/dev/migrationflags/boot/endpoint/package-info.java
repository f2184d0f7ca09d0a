/**
 * What operators see and do: the actuator endpoint and the health of migrations.
 */
@NullMarked
package dev.migrationflags.boot.endpoint;

import org.jspecify.annotations.NullMarked;
