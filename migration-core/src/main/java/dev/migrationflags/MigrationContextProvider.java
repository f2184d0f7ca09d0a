package dev.migrationflags;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

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

	/**
	 * A provider of contexts of one kind without attributes, such as the tenant that an
	 * application keeps elsewhere.
	 * @param kind the kind, such as {@code tenant}
	 * @param key gives the current key, or {@code null} if there is none, which is
	 * anonymous
	 * @return the provider
	 */
	static MigrationContextProvider of(String kind, Supplier<? extends @Nullable String> key) {
		return () -> {
			String current = key.get();
			return (current != null) ? MigrationContext.of(kind, current) : MigrationContext.anonymous();
		};
	}

}
