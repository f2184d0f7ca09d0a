package dev.migrationflags.engine.metrics;

import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.flags.Flag;

/**
 * The meters of an application. The registry is asked for when the first meter is needed,
 * not earlier: whoever asks for it while beans are still being post-processed wrecks the
 * application's own metrics. A registry or a meter filter that throws costs a warning,
 * never a call. One that hangs, hangs whoever records, the caller included: there is no
 * defence against that but another thread for every number.
 */
public final class EngineMeters {

	private static final Logger logger = LoggerFactory.getLogger(EngineMeters.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final ExceptionNames exceptions = new ExceptionNames();

	private final Supplier<@Nullable MeterRegistry> registry;

	private final @Nullable Supplier<@Nullable ObservationRegistry> observations;

	/**
	 * Creates the meters, without observations.
	 * @param registry gives the registry, or {@code null} if there is none
	 */
	public EngineMeters(Supplier<@Nullable MeterRegistry> registry) {
		this(registry, null);
	}

	/**
	 * Creates the meters.
	 * @param registry gives the registry, or {@code null} if there is none
	 * @param observations gives the registry of observations, or {@code null} if there is
	 * none; {@code null} itself if sides are not observed
	 */
	public EngineMeters(Supplier<@Nullable MeterRegistry> registry,
			@Nullable Supplier<@Nullable ObservationRegistry> observations) {
		this.registry = registry;
		this.observations = observations;
	}

	/**
	 * Meters that record nothing.
	 * @return such meters
	 */
	public static EngineMeters none() {
		return new EngineMeters(() -> null);
	}

	/**
	 * The meters of one operation.
	 * @param flag the key of its flag
	 * @param operation its name
	 * @param type whether it reads or writes: {@code read} or {@code write}
	 * @param latency whether successes are recorded
	 * @param errors whether failures are recorded
	 * @return its meters
	 */
	public OperationMeters operation(String flag, String operation, String type, boolean latency, boolean errors) {
		return new OperationMeters(this, flag, operation, type, latency, errors);
	}

	@Nullable OperationObservations observations(String flag, String operation, String type) {
		return (this.observations != null) ? new OperationObservations(this.observations, this, flag, operation, type)
				: null;
	}

	/**
	 * Registers the gauge of a flag's base stage.
	 * @param flag the flag
	 */
	public void stageGauge(Flag flag) {
		safely(registry -> Gauge.builder("migration.stage", flag, (f) -> f.stage().ordinal())
			.description("Base stage, 0 (off) to 5 (complete)")
			.tag("flag", flag.key())
			.register(registry));
	}

	/**
	 * Counts a change of stage.
	 * @param event the change
	 */
	public void stageChanged(StageChangedEvent event) {
		safely(registry -> Counter.builder("migration.stage.changes")
			.description("Changes of the base stage")
			.tag("flag", event.flag())
			.tag("from", event.from().key())
			.tag("to", event.to().key())
			.tag("forced", Boolean.toString(event.forced()))
			.register(registry)
			.increment());
	}

	/**
	 * Counts that something which decides the stage of a call failed.
	 * @param flag the key of the flag
	 * @param source what failed: the bean name of a source, {@code context}, {@code key}
	 * or another of the contract's names
	 */
	public void flagError(String flag, String source) {
		safely(registry -> Counter.builder("migration.flag.errors")
			.description("Failures of what decides the stage of a call")
			.tag("flag", flag)
			.tag("source", source)
			.register(registry)
			.increment());
	}

	String exception(Throwable error) {
		return this.exceptions.of(error);
	}

	@Nullable MeterRegistry registry() {
		return this.registry.get();
	}

	void safely(RegistryAction action) {
		try {
			MeterRegistry registry = registry();
			if (registry != null) {
				action.with(registry);
			}
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	void failed(Throwable cause) {
		this.trouble.warn("A migration meter could not be recorded; calls go on without it", cause);
	}

	@FunctionalInterface
	interface RegistryAction {

		void with(MeterRegistry registry);

	}

}
