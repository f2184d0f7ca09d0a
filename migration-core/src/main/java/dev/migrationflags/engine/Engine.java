package dev.migrationflags.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.mark.CopyWatch;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.pool.FairPool.Lane;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;

/**
 * Makes operations out of their specifications. Useful alone: needs no annotations and no
 * application context.
 */
public final class Engine {

	private final EngineMeters meters;

	private final MismatchReporter reporter;

	private final ComparatorLookup comparators;

	private final boolean includeValues;

	private final Secondaries secondaries;

	private final CallerTransactions transactions;

	private final Stages stages;

	private final OperationReports reports;

	private final Map<LaneKey, Lane> lanes = new ConcurrentHashMap<>();

	private final Map<Flag, RecentWrites> recent;

	private final @Nullable MarkStore marks;

	/**
	 * Creates an engine.
	 * @param meters where calls are recorded
	 * @param contexts tells whom a call is for
	 * @param comparators finds the application's comparators
	 * @param reporter what becomes of mismatches
	 * @param includeValues whether mismatches carry values
	 * @param secondaries where secondary sides run; closed by who made it
	 * @param transactions the transactions of callers
	 */
	public Engine(EngineMeters meters, ContextSource contexts, ComparatorLookup comparators, MismatchReporter reporter,
			boolean includeValues, Secondaries secondaries, CallerTransactions transactions) {
		this(meters, contexts, comparators, reporter, includeValues, secondaries, transactions, PinScope.NONE);
	}

	/**
	 * Creates an engine that keeps the stage within a request or a transaction.
	 * @param meters where calls are recorded
	 * @param contexts tells whom a call is for
	 * @param comparators finds the application's comparators
	 * @param reporter what becomes of mismatches
	 * @param includeValues whether mismatches carry values
	 * @param secondaries where secondary sides run; closed by who made it
	 * @param transactions the transactions of callers
	 * @param pins the requests and transactions within which a stage is kept
	 */
	public Engine(EngineMeters meters, ContextSource contexts, ComparatorLookup comparators, MismatchReporter reporter,
			boolean includeValues, Secondaries secondaries, CallerTransactions transactions, PinScope pins) {
		this(meters, comparators, reporter, includeValues, secondaries, transactions,
				new Stages(contexts, meters, new PinnedStages(transactions, pins)), OperationReports.NONE,
				new ConcurrentHashMap<>(), null);
	}

	private Engine(EngineMeters meters, ComparatorLookup comparators, MismatchReporter reporter, boolean includeValues,
			Secondaries secondaries, CallerTransactions transactions, Stages stages, OperationReports reports,
			Map<Flag, RecentWrites> recent, @Nullable MarkStore marks) {
		this.meters = meters;
		this.comparators = comparators;
		this.reporter = reporter;
		this.includeValues = includeValues;
		this.secondaries = secondaries;
		this.transactions = transactions;
		this.stages = stages;
		this.reports = reports;
		this.recent = recent;
		this.marks = marks;
	}

	/**
	 * An engine like this one that tells somebody of every operation.
	 * @param reports who wants to know
	 * @return another engine
	 */
	public Engine reportingTo(OperationReports reports) {
		return new Engine(this.meters, this.comparators, this.reporter, this.includeValues, this.secondaries,
				this.transactions, this.stages, reports, this.recent, this.marks);
	}

	/**
	 * An engine like this one that marks the keys of dual writes.
	 * @param marks where, or {@code null} for nowhere: then failed secondary writes are
	 * counted
	 * @return another engine
	 */
	public Engine marking(@Nullable MarkStore marks) {
		return new Engine(this.meters, this.comparators, this.reporter, this.includeValues, this.secondaries,
				this.transactions, this.stages, this.reports, this.recent, marks);
	}

	/**
	 * Whether marks outlive this process.
	 * @return {@code false} too if there are none
	 */
	public boolean hasDurableMarks() {
		return this.marks != null && this.marks.isDurable();
	}

	/**
	 * Who has to know what repair and backfill copy of a flag: a read that meets a copy
	 * finds two sides that differ, and is inconclusive like one that meets a write.
	 * @param flag the flag
	 * @return who is told
	 */
	public CopyWatch copies(Flag flag) {
		RecentWrites recent = recent(flag);
		return new CopyWatch() {

			@Override
			public void begun(String key) {
				recent.begun(RecentWrites.places(key));
			}

			@Override
			public void ended(String key) {
				recent.ended(RecentWrites.places(key));
			}

		};
	}

	/**
	 * The meters of this engine.
	 * @return the meters
	 */
	public EngineMeters meters() {
		return this.meters;
	}

	/**
	 * Makes an operation ready to run.
	 * @param spec what it means
	 * @return the operation
	 */
	public Operation operation(OperationSpec spec) {
		return operation(spec, ResultKind.VALUE);
	}

	/**
	 * Makes an operation ready to run.
	 * @param spec what it means
	 * @param kind how it gives its results
	 * @return the operation
	 */
	public Operation operation(OperationSpec spec, ResultKind kind) {
		OperationMeters meters = this.meters.operation(spec.flag().key(), spec.name(), spec.type().key(),
				spec.trackLatency(), spec.trackErrors());
		return switch (spec.type()) {
			case READ -> read(spec, kind, meters);
			case WRITE -> write(spec, kind, meters);
		};
	}

	private Operation read(OperationSpec spec, ResultKind kind, OperationMeters meters) {
		ValueComparison comparison = new ValueComparison(spec.settings().comparison(), this.comparators,
				this.includeValues);
		SecondaryGate gate = new SecondaryGate();
		ReadOutcomes outcomes = new ReadOutcomes(meters, gate, new ReadCheck(spec, comparison, this.reporter, meters,
				recent(spec), marks(spec, meters), onCallersThread(spec, kind) ? lane(spec) : null));
		if (kind == ResultKind.VALUE) {
			return new ReadOperation(spec, this.stages, this.reports, meters, gate, this.transactions,
					mode(spec, outcomes));
		}
		AsyncReads reads = new AsyncReads(spec, new DualReadGate(spec, meters, gate, this.transactions), outcomes,
				this.secondaries, lane(spec), callers(kind));
		return switch (kind) {
			case VALUE, FUTURE -> new FutureRead(spec, this.stages, this.reports, meters, reads);
			case MONO, FLUX -> ReactiveOperations.read(kind, spec, this.stages, this.reports, meters, reads);
		};
	}

	private static boolean onCallersThread(OperationSpec spec, ResultKind kind) {
		return kind == ResultKind.VALUE && switch (spec.settings().read().execution()) {
			case SERIAL, RANDOM -> true;
			case DETACHED, CONCURRENT -> false;
		};
	}

	private static Callers callers(ResultKind kind) {
		return (kind == ResultKind.FUTURE) ? Callers.ofFutures() : ReactiveOperations.callers();
	}

	private ReadMode mode(OperationSpec spec, ReadOutcomes outcomes) {
		long timeout = spec.settings().read().timeout().toNanos();
		return switch (spec.settings().read().execution()) {
			case SERIAL -> new SerialRead(outcomes, false);
			case RANDOM -> new SerialRead(outcomes, true);
			case DETACHED -> new DetachedRead(outcomes, this.secondaries, lane(spec), timeout);
			case CONCURRENT -> new ConcurrentRead(outcomes, this.secondaries, lane(spec), timeout);
		};
	}

	private Operation write(OperationSpec spec, ResultKind kind, OperationMeters meters) {
		spec.flag().declareWrites();
		SecondaryWrites outcomes = new SecondaryWrites(spec, meters);
		return (kind == ResultKind.VALUE) ? write(spec, outcomes, meters)
				: asyncWrite(spec, kind, new AsyncWrites(outcomes, meters, this.secondaries, lane(spec), callers(kind),
						recent(spec), marks(spec, meters)), meters);
	}

	private Operation asyncWrite(OperationSpec spec, ResultKind kind, AsyncWrites writes, OperationMeters meters) {
		return switch (kind) {
			case VALUE, FUTURE -> new FutureWrite(spec, this.stages, this.reports, meters, writes);
			case MONO, FLUX -> ReactiveOperations.write(kind, spec, this.stages, this.reports, meters, writes);
		};
	}

	private Operation write(OperationSpec spec, SecondaryWrites outcomes, OperationMeters meters) {
		SecondWrite second = switch (spec.settings().write().timing()) {
			case IMMEDIATE -> new ImmediateWrite(outcomes, this.transactions);
			case AFTER_COMMIT -> new AfterCommitWrite(outcomes, this.secondaries, lane(spec), this.transactions);
		};
		return new WriteOperation(spec, this.stages, this.reports, meters, outcomes, second, recent(spec),
				this.transactions, marks(spec, meters));
	}

	private @Nullable WriteMarks marks(OperationSpec spec, OperationMeters meters) {
		return (this.marks != null && spec.keys() != null)
				? new WriteMarks(spec, this.marks, spec.keys(), this.meters, meters, this.transactions) : null;
	}

	/**
	 * Reads and writes of a flag have a lane each: reads that hang must not keep writes
	 * from the other side.
	 */
	private Lane lane(OperationSpec spec) {
		return this.lanes.computeIfAbsent(new LaneKey(spec.flag(), spec.type()),
				(key) -> this.secondaries.pool().lane());
	}

	private RecentWrites recent(OperationSpec spec) {
		return recent(spec.flag());
	}

	private RecentWrites recent(Flag flag) {
		return this.recent.computeIfAbsent(flag, (key) -> new RecentWrites());
	}

	private record LaneKey(Flag flag, OperationType type) {
	}

}
