package dev.migrationflags.boot;

import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The application's meter registry, looked up when the first meter needs it, and once.
 */
final class LazyRegistry implements Supplier<@Nullable MeterRegistry> {

	private final ObjectProvider<MeterRegistry> registries;

	private volatile boolean known;

	private volatile @Nullable MeterRegistry registry;

	LazyRegistry(ObjectProvider<MeterRegistry> registries) {
		this.registries = registries;
	}

	@Override
	public @Nullable MeterRegistry get() {
		if (!this.known) {
			this.registry = this.registries.getIfUnique();
			this.known = true;
		}
		return this.registry;
	}

}
