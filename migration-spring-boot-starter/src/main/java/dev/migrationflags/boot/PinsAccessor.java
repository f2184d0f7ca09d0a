package dev.migrationflags.boot;

import dev.migrationflags.aop.pin.CallerPins;
import dev.migrationflags.aop.pin.CallerPins.Carried;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ObjectUtils;

/**
 * Lets the pins of a request travel wherever the application propagates its context to.
 * Registered for as long as the application lives.
 */
final class PinsAccessor implements ThreadLocalAccessor<Carried>, AutoCloseable {

	private final Object key = "migration.pins." + ObjectUtils.getIdentityHexString(this);

	private final CallerPins pins;

	private final ContextRegistry registry;

	PinsAccessor(CallerPins pins, ContextRegistry registry) {
		this.pins = pins;
		this.registry = registry;
		registry.registerThreadLocalAccessor(this);
	}

	@Override
	public Object key() {
		return this.key;
	}

	@Override
	public @Nullable Carried getValue() {
		return this.pins.capture();
	}

	@Override
	public void setValue(Carried value) {
		this.pins.carry(value);
	}

	@Override
	public void setValue() {
		this.pins.carry(null);
	}

	@Override
	public void restore(Carried previous) {
		this.pins.restore(previous);
	}

	@Override
	public void close() {
		this.registry.removeThreadLocalAccessor(this.key);
	}

}
