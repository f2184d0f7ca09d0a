package dev.migrationflags.engine;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationObservations;
import dev.migrationflags.engine.metrics.OperationObservations.Observed;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * A call whose sides are observed, each as a child of what the caller was in, whichever
 * thread runs it. Only made where observations are switched on.
 */
final class ObservedCall implements Call {

	private final Call call;

	private final MigrationStage stage;

	private final OperationObservations observations;

	private final Operation operation;

	ObservedCall(Operation operation, Call call, MigrationStage stage, OperationObservations observations) {
		this.operation = operation;
		this.call = call;
		this.stage = stage;
		this.observations = observations;
	}

	@Override
	public MigrationOrigin called() {
		return this.call.called();
	}

	@Override
	public @Nullable Object run(MigrationOrigin side) throws Throwable {
		return observed(side, () -> this.call.run(side)).run();
	}

	@Override
	public SideCall detach(MigrationOrigin side) {
		return observed(side, this.call.detach(side));
	}

	@Override
	public SideCall mirror(MigrationOrigin side, @Nullable Object result) {
		return observed(side, this.call.mirror(side, result));
	}

	@Override
	public SideCall detachMirror(MigrationOrigin side, @Nullable Object result) {
		return observed(side, this.call.detachMirror(side, result));
	}

	private SideCall observed(MigrationOrigin side, SideCall sideCall) {
		Observation parent = this.observations.current();
		return () -> {
			Observed observed = this.observations.start(this.stage, side, parent);
			Object value;
			try {
				value = sideCall.run();
			}
			catch (Throwable ex) {
				observed.end(ex);
				throw ex;
			}
			Observation observation = observed.leave();
			Object within = (observation != null) ? this.operation.results().within(value, observation) : value;
			return this.operation.results().watched(within, observed::end);
		};
	}

	@Override
	public @Nullable MigrationContext context() {
		return this.call.context();
	}

	@Override
	public boolean hasKey() {
		return this.call.hasKey();
	}

	@Override
	public @Nullable Object keyBefore() {
		return this.call.keyBefore();
	}

	@Override
	public @Nullable Object key(@Nullable Object result) {
		return this.call.key(result);
	}

}
