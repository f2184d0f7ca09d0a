package dev.migrationflags.engine.metrics;

import java.util.function.Supplier;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes the sides of one operation: {@code migration.call}, one observation per side,
 * with the tags of {@code migration.calls} as low-cardinality key values. Where a tracer
 * listens, that is a span per side. Nothing here throws, but an observation handler that
 * hangs, hangs the side that it observes.
 * <p>
 * An observation ends when its side ends: that of a secondary which has outlived its
 * limit too, with whatever outcome it has by then.
 */
public final class OperationObservations {

	private static final String NAME = "migration.call";

	private final Supplier<@Nullable ObservationRegistry> registry;

	private final EngineMeters meters;

	private final String flag;

	private final String operation;

	private final String type;

	OperationObservations(Supplier<@Nullable ObservationRegistry> registry, EngineMeters meters, String flag,
			String operation, String type) {
		this.registry = registry;
		this.meters = meters;
		this.flag = flag;
		this.operation = operation;
		this.type = type;
	}

	/**
	 * The observation that the current thread is in.
	 * @return the observation, or {@code null} if there is none
	 */
	public @Nullable Observation current() {
		try {
			ObservationRegistry registry = this.registry.get();
			return (registry != null) ? registry.getCurrentObservation() : null;
		}
		catch (Throwable ex) {
			this.meters.failed(ex);
			return null;
		}
	}

	/**
	 * Starts the observation of a side, on the thread that runs it.
	 * @param stage the stage of the call
	 * @param side the side
	 * @param parent the observation that the caller was in
	 * @return what is to be ended on the same thread, or left there and ended on another
	 */
	public Observed start(MigrationStage stage, MigrationOrigin side, @Nullable Observation parent) {
		Observed observed = new Observed();
		try {
			ObservationRegistry registry = this.registry.get();
			if (registry != null) {
				observed.start(Observation.createNotStarted(NAME, registry)
					.contextualName(this.flag + " " + this.operation + " " + side.key())
					.parentObservation(parent)
					.lowCardinalityKeyValue("flag", this.flag)
					.lowCardinalityKeyValue("operation", this.operation)
					.lowCardinalityKeyValue("type", this.type)
					.lowCardinalityKeyValue("stage", stage.key())
					.lowCardinalityKeyValue("origin", side.key())
					.lowCardinalityKeyValue("authoritative", Boolean.toString(stage.authority() == side)));
			}
		}
		catch (Throwable ex) {
			this.meters.failed(ex);
		}
		return observed;
	}

	/**
	 * The observation of one side while it runs.
	 */
	public final class Observed {

		private @Nullable Observation observation;

		private Observation.@Nullable Scope scope;

		private Observed() {
		}

		private void start(Observation observation) {
			this.observation = observation;
			observation.start();
			this.scope = observation.openScope();
		}

		/**
		 * Lets the current thread go on outside of the observation, whose side may not
		 * have ended yet.
		 * @return the observation, or {@code null} if there is none
		 */
		public @Nullable Observation leave() {
			Observation.Scope scope = this.scope;
			if (scope != null) {
				this.scope = null;
				safely(scope::close);
			}
			return this.observation;
		}

		/**
		 * Ends the observation.
		 * @param error what the side threw, or {@code null} if it returned
		 */
		public void end(@Nullable Throwable error) {
			Observation observation = this.observation;
			if (observation == null) {
				return;
			}
			leave();
			safely(() -> {
				observation.lowCardinalityKeyValue("outcome", (error != null) ? "error" : "success");
				observation.lowCardinalityKeyValue("exception",
						(error != null) ? OperationObservations.this.meters.exception(error) : ExceptionNames.NONE);
				if (error != null) {
					observation.error(error);
				}
			});
			safely(observation::stop);
		}

		private void safely(Runnable action) {
			try {
				action.run();
			}
			catch (Throwable ex) {
				OperationObservations.this.meters.failed(ex);
			}
		}

	}

}
