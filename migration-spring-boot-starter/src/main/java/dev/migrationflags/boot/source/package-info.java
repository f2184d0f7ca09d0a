/**
 * The dynamic sources of flags that an application may have: beans, LaunchDarkly,
 * OpenFeature, and a refreshed environment.
 */
@NullMarked
package dev.migrationflags.boot.source;

import org.jspecify.annotations.NullMarked;
