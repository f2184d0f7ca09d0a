package dev.migrationflags;

/**
 * Tells whom the current call is for. A bean of this type is asked once per migrated call
 * of a flag whose stage depends on the context, on the caller's thread. One that throws
 * or returns null makes the call anonymous; that is counted, and warned about once a
 * minute.
 */
@FunctionalInterface
public interface MigrationContextProvider {

	/**
	 * The context of the current call.
	 * @return the context, {@link MigrationContext#anonymous()} if there is none
	 */
	MigrationContext currentContext();

}
