package dev.migrationflags.engine;

import dev.migrationflags.MigrationContext;

/**
 * Tells whom the current thread works for. May throw: the call is then anonymous.
 */
@FunctionalInterface
public interface ContextSource {

	/**
	 * The context of the current call.
	 * @return the context
	 */
	MigrationContext current();

}
