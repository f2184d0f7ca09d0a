package dev.migrationflags.engine;

import dev.migrationflags.MigrationFlag.Comparison;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;

/**
 * Makes operations out of their specifications. Useful alone: needs no annotations and no
 * application context.
 */
public final class Engine {

	private final EngineMeters meters;

	private final MismatchReporter reporter;

	private final ComparatorLookup comparators;

	private final boolean includeValues;

	private final Stages stages;

	/**
	 * Creates an engine.
	 * @param meters where calls are recorded
	 * @param contexts tells whom a call is for
	 * @param comparators finds the application's comparators
	 * @param reporter what becomes of mismatches
	 * @param includeValues whether mismatches carry values
	 */
	public Engine(EngineMeters meters, ContextSource contexts, ComparatorLookup comparators, MismatchReporter reporter,
			boolean includeValues) {
		this.meters = meters;
		this.comparators = comparators;
		this.reporter = reporter;
		this.includeValues = includeValues;
		this.stages = new Stages(contexts, meters);
	}

	/**
	 * Makes an operation ready to run.
	 * @param spec what it means
	 * @return the operation
	 */
	public Operation operation(OperationSpec spec) {
		OperationMeters meters = this.meters.operation(spec.flag().key(), spec.name(), spec.type(), spec.trackLatency(),
				spec.trackErrors());
		return switch (spec.type()) {
			case READ -> read(spec, meters);
			case WRITE -> write(spec, meters);
		};
	}

	private Operation read(OperationSpec spec, OperationMeters meters) {
		Comparison rules = spec.settings().comparison();
		ValueComparison comparison = new ValueComparison(rules, this.comparators, this.includeValues);
		SecondaryGate gate = new SecondaryGate();
		ReadCheck check = new ReadCheck(spec, comparison, this.reporter, meters);
		return new ReadOperation(spec, this.stages, meters, gate, mode(spec, new ReadOutcomes(meters, gate, check)));
	}

	private ReadMode mode(OperationSpec spec, ReadOutcomes outcomes) {
		return switch (spec.settings().read().execution()) {
			case RANDOM -> new SerialRead(outcomes, true);
			case SERIAL, CONCURRENT, DETACHED -> new SerialRead(outcomes, false);
		};
	}

	/**
	 * The meters of this engine.
	 * @return the meters
	 */
	public EngineMeters meters() {
		return this.meters;
	}

	private Operation write(OperationSpec spec, OperationMeters meters) {
		spec.flag().declareWrites();
		return new WriteOperation(spec, this.stages, meters, new SecondaryGate());
	}

}
