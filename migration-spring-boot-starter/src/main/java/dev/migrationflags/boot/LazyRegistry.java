package dev.migrationflags.boot;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * A registry of the application, of meters or of observations, looked up when the first
 * call needs it, and once.
 */
final class LazyRegistry<T> implements Supplier<@Nullable T> {

	private final ObjectProvider<T> registries;

	private volatile boolean known;

	private volatile @Nullable T registry;

	LazyRegistry(ObjectProvider<T> registries) {
		this.registries = registries;
	}

	@Override
	public @Nullable T get() {
		if (!this.known) {
			this.registry = this.registries.getIfUnique();
			this.known = true;
		}
		return this.registry;
	}

}
