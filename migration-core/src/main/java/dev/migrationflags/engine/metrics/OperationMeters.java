package dev.migrationflags.engine.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;

/**
 * The meters of one operation. Each is resolved the first time that it is needed and kept
 * in an array, so that recording a success costs no look-up. Nothing here throws.
 */
public final class OperationMeters {

	private static final int STAGES = MigrationStage.values().length;

	private static final int SIDES = MigrationOrigin.values().length;

	private static final int RESULTS = ComparisonResult.values().length;

	private final EngineMeters meters;

	private final OperationRecords records;

	private final String flag;

	private final String operation;

	private final String type;

	private final @Nullable OperationObservations observations;

	private final boolean latency;

	private final boolean errors;

	private final AtomicReferenceArray<@Nullable Timer> successes = new AtomicReferenceArray<>(STAGES * SIDES);

	private final AtomicReferenceArray<@Nullable Counter> comparisons = new AtomicReferenceArray<>(STAGES * RESULTS);

	private final AtomicReferenceArray<@Nullable Counter> skipped = new AtomicReferenceArray<>(
			SkipReason.values().length);

	private final Map<FailureKey, Timer> failures = new ConcurrentHashMap<>();

	OperationMeters(EngineMeters meters, OperationRecords records, String flag, String operation, String type,
			boolean latency, boolean errors) {
		this.meters = meters;
		this.records = records;
		this.flag = flag;
		this.operation = operation;
		this.type = type;
		this.observations = meters.observations(flag, operation, type);
		this.latency = latency;
		this.errors = errors;
	}

	/**
	 * The observations of the operation's sides.
	 * @return the observations, or {@code null} if sides are not observed
	 */
	public @Nullable OperationObservations observations() {
		return this.observations;
	}

	/**
	 * A side has returned.
	 * @param stage the stage of the call
	 * @param side the side
	 * @param nanos how long it took
	 */
	public void success(MigrationStage stage, MigrationOrigin side, long nanos) {
		success(stage, side, nanos, this.meters.now());
	}

	/**
	 * A side has returned.
	 * @param stage the stage of the call
	 * @param side the side
	 * @param nanos how long it took
	 * @param now the time, of {@link System#nanoTime()}: spares looking at the clock
	 */
	public void success(MigrationStage stage, MigrationOrigin side, long nanos, long now) {
		try {
			if (!this.latency) {
				this.records.passed(now);
				return;
			}
			this.records.called(stage, side, nanos, false, now);
			int index = stage.ordinal() * SIDES + side.ordinal();
			Timer timer = this.successes.getAcquire(index);
			if (timer == null) {
				timer = timer(stage, side, "success", ExceptionNames.NONE);
				if (timer == null) {
					return;
				}
				this.successes.setRelease(index, timer);
			}
			timer.record(nanos, TimeUnit.NANOSECONDS);
		}
		catch (Throwable ex) {
			this.meters.failed(ex);
		}
	}

	/**
	 * A side has thrown.
	 * @param stage the stage of the call
	 * @param side the side
	 * @param error what it threw
	 * @param nanos how long it took
	 */
	public void failure(MigrationStage stage, MigrationOrigin side, Throwable error, long nanos) {
		failed(stage, side, "error", error, nanos);
	}

	/**
	 * A side has taken longer than it may.
	 * @param stage the stage of the call
	 * @param side the side
	 * @param nanos how long it was given
	 */
	public void timeout(MigrationStage stage, MigrationOrigin side, long nanos) {
		failed(stage, side, "timeout", null, nanos);
	}

	private void failed(MigrationStage stage, MigrationOrigin side, String outcome, @Nullable Throwable error,
			long nanos) {
		try {
			long now = this.meters.now();
			if (!this.errors) {
				this.records.passed(now);
				return;
			}
			this.records.called(stage, side, nanos, true, now);
			String exception = (error != null) ? this.meters.exception(error) : ExceptionNames.NONE;
			FailureKey key = new FailureKey(stage, side, outcome, exception);
			Timer timer = this.failures.get(key);
			if (timer == null) {
				timer = timer(stage, side, outcome, exception);
				if (timer == null) {
					return;
				}
				this.failures.put(key, timer);
			}
			timer.record(nanos, TimeUnit.NANOSECONDS);
		}
		catch (Throwable ex) {
			this.meters.failed(ex);
		}
	}

	/**
	 * A dual read has come to a verdict, or to none.
	 * @param stage the stage of the call
	 * @param result the verdict
	 */
	public void compared(MigrationStage stage, ComparisonResult result) {
		this.records.compared(stage, result);
		count(this.comparisons, stage.ordinal() * RESULTS + result.ordinal(),
				(registry) -> Counter.builder("migration.comparisons")
					.description("Dual reads by what came of the comparison")
					.tag("flag", this.flag)
					.tag("operation", this.operation)
					.tag("stage", stage.key())
					.tag("result", result.key())
					.register(registry));
	}

	/**
	 * A secondary side, or a comparison, was left out.
	 * @param reason why
	 */
	public void skipped(SkipReason reason) {
		count(this.skipped, reason.ordinal(),
				(registry) -> Counter.builder("migration.skipped")
					.description("Secondary calls and comparisons that were left out")
					.tag("flag", this.flag)
					.tag("operation", this.operation)
					.tag("type", this.type)
					.tag("reason", reason.key())
					.register(registry));
	}

	private void count(AtomicReferenceArray<@Nullable Counter> counters, int index, CounterFactory factory) {
		try {
			Counter counter = counters.getAcquire(index);
			if (counter == null) {
				MeterRegistry registry = this.meters.registry();
				if (registry == null) {
					return;
				}
				counter = factory.create(registry);
				counters.setRelease(index, counter);
			}
			counter.increment();
		}
		catch (Throwable ex) {
			this.meters.failed(ex);
		}
	}

	private @Nullable Timer timer(MigrationStage stage, MigrationOrigin side, String outcome, String exception) {
		MeterRegistry registry = this.meters.registry();
		return (registry == null) ? null
				: Timer.builder("migration.calls")
					.description("Calls of one side of an operation")
					.tag("flag", this.flag)
					.tag("operation", this.operation)
					.tag("type", this.type)
					.tag("stage", stage.key())
					.tag("origin", side.key())
					.tag("authoritative", Boolean.toString(stage.authority() == side))
					.tag("outcome", outcome)
					.tag("exception", exception)
					.register(registry);
	}

	private record FailureKey(MigrationStage stage, MigrationOrigin side, String outcome, String exception) {
	}

	@FunctionalInterface
	private interface CounterFactory {

		Counter create(MeterRegistry registry);

	}

}
