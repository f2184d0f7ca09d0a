package dev.migrationflags.engine.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * What this node remembers of the calls and comparisons of one operation, whatever
 * becomes of its meters: for the endpoint, for readiness and for the guardrail. Calls
 * only count up; whoever comes first after an interval has ended takes a reading, and
 * what came within some time is a difference of readings.
 * <p>
 * An operation in use takes some 5 KB for each side.
 */
final class OperationRecords {

	/**
	 * How many intervals calls are remembered for: five minutes.
	 */
	static final int INTERVALS = 20;

	/**
	 * How many minutes comparisons are remembered for: an hour.
	 */
	static final int MINUTES = 60;

	private static final int PER_MINUTE = 4;

	private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1) / PER_MINUTE;

	private static final MigrationStage[] STAGES = MigrationStage.values();

	private static final MigrationOrigin[] SIDES = MigrationOrigin.values();

	private final String operation;

	private final String type;

	private final AtomicReferenceArray<@Nullable CallSeries> calls = new AtomicReferenceArray<>(
			STAGES.length * SIDES.length);

	private final AtomicReferenceArray<@Nullable ComparisonSeries> comparisons = new AtomicReferenceArray<>(
			STAGES.length);

	private final ReentrantLock reading = new ReentrantLock();

	private volatile long intervalEnd;

	private long intervals;

	private long epochStart;

	OperationRecords(String operation, String type, long now) {
		this.operation = operation;
		this.type = type;
		this.epochStart = now;
		this.intervalEnd = now + INTERVAL_NANOS;
	}

	/**
	 * A call of a side has ended.
	 * @param now the time, of {@link System#nanoTime()}
	 */
	void called(MigrationStage stage, MigrationOrigin side, long nanos, boolean error, long now) {
		passed(now);
		int index = stage.ordinal() * SIDES.length + side.ordinal();
		CallSeries series = this.calls.getAcquire(index);
		if (series == null) {
			series = first(this.calls, index, new CallSeries());
		}
		series.add(nanos, error);
	}

	/**
	 * A comparison has ended, some moments after the sides that it compares: takes no
	 * time of its own.
	 */
	void compared(MigrationStage stage, ComparisonResult result) {
		ComparisonSeries series = this.comparisons.getAcquire(stage.ordinal());
		if (series == null) {
			series = first(this.comparisons, stage.ordinal(), new ComparisonSeries());
		}
		series.add(result);
	}

	private static <T> T first(AtomicReferenceArray<@Nullable T> all, int index, T created) {
		T other = all.compareAndExchange(index, null, created);
		return (other != null) ? other : created;
	}

	/**
	 * Takes a reading if an interval has ended. Does not wait: whoever is at it, is.
	 */
	void passed(long now) {
		if (now - this.intervalEnd >= 0 && this.reading.tryLock()) {
			try {
				endIntervals(now);
			}
			finally {
				this.reading.unlock();
			}
		}
	}

	private void endIntervals(long now) {
		long late = now - this.intervalEnd;
		if (late < 0) {
			return;
		}
		long ended = late / INTERVAL_NANOS + 1;
		long minutes = (this.intervals + ended) / PER_MINUTE - this.intervals / PER_MINUTE;
		for (int i = 0; i < this.calls.length(); i++) {
			CallSeries series = this.calls.getAcquire(i);
			if (series != null) {
				series.endInterval(ended);
			}
		}
		for (int i = 0; i < this.comparisons.length() && minutes > 0; i++) {
			ComparisonSeries series = this.comparisons.getAcquire(i);
			if (series != null) {
				series.endMinute(minutes);
			}
		}
		this.intervals += ended;
		this.intervalEnd += ended * INTERVAL_NANOS;
	}

	/**
	 * Forgets, for all that looks at the last minutes, what came before.
	 */
	void beginEpoch(long now) {
		this.reading.lock();
		try {
			endIntervals(now);
			this.epochStart = now;
			for (int i = 0; i < this.calls.length(); i++) {
				CallSeries series = this.calls.getAcquire(i);
				if (series != null) {
					series.beginEpoch();
				}
			}
			for (int i = 0; i < this.comparisons.length(); i++) {
				ComparisonSeries series = this.comparisons.getAcquire(i);
				if (series != null) {
					series.beginEpoch();
				}
			}
		}
		finally {
			this.reading.unlock();
		}
	}

	List<CallSummary> calls(long now) {
		return read(now, () -> {
			List<CallSummary> summaries = new ArrayList<>();
			eachSide((stage, side, series) -> {
				CallSeries.Totals totals = series.totals();
				if (totals != null) {
					Counts recent = series.within(INTERVALS);
					summaries.add(new CallSummary(this.operation, this.type, stage, side, totals.count(),
							totals.errors(), totals.mean(), recent.seconds(0.5), recent.seconds(0.99)));
				}
			});
			return summaries;
		});
	}

	List<CallWindow> calls(Duration window, long now) {
		return read(now, () -> {
			int intervals = (int) Math.min(INTERVALS, Math.max(1, ceil(window, INTERVAL_NANOS)));
			Duration span = span(now, intervals * INTERVAL_NANOS + INTERVAL_NANOS - (this.intervalEnd - now));
			List<CallWindow> windows = new ArrayList<>();
			eachSide((stage, side, series) -> {
				Counts recent = series.within(intervals);
				windows.add(new CallWindow(this.operation, this.type, stage, side, span, recent.count(),
						Integer.toUnsignedLong(recent.errors()), recent.seconds(0.5), recent.seconds(0.95),
						recent.seconds(0.99)));
			});
			return windows;
		});
	}

	private Duration span(long now, long nanos) {
		return Duration.ofNanos(Math.min(nanos, now - this.epochStart));
	}

	List<ComparisonSummary> comparisons(long now) {
		return read(now, () -> summaries(ComparisonSeries::total));
	}

	List<ComparisonSummary> comparisons(Duration window, long now) {
		int minutes = (int) Math.min(MINUTES, Math.max(1, ceil(window, PER_MINUTE * INTERVAL_NANOS)));
		return read(now, () -> summaries((series) -> series.within(minutes)));
	}

	private List<ComparisonSummary> summaries(Reading reading) {
		List<ComparisonSummary> summaries = new ArrayList<>();
		eachStage((stage, series) -> {
			Map<ComparisonResult, Long> counts = reading.of(series);
			if (!counts.isEmpty()) {
				summaries.add(new ComparisonSummary(this.operation, stage, Collections.unmodifiableMap(counts)));
			}
		});
		return summaries;
	}

	List<ComparisonBucket> minutes(long now) {
		return read(now, () -> {
			long sinceMinute = (this.intervals % PER_MINUTE) * INTERVAL_NANOS + INTERVAL_NANOS
					- (this.intervalEnd - now);
			List<ComparisonBucket> buckets = new ArrayList<>();
			eachStage((stage, series) -> {
				for (int minute = MINUTES; minute >= 0; minute--) {
					Map<ComparisonResult, Long> counts = series.minute(minute);
					if (!counts.isEmpty()) {
						Duration age = (minute == 0) ? Duration.ZERO
								: Duration.ofMinutes(minute - 1).plusNanos(sinceMinute);
						buckets
							.add(new ComparisonBucket(this.operation, stage, age, Collections.unmodifiableMap(counts)));
					}
				}
			});
			return buckets;
		});
	}

	private static long ceil(Duration duration, long nanos) {
		long limit = MINUTES * PER_MINUTE * INTERVAL_NANOS;
		long asked = (duration.compareTo(Duration.ofNanos(limit)) > 0) ? limit : duration.toNanos();
		return (asked + nanos - 1) / nanos;
	}

	private <T> List<T> read(long now, Supplier<List<T>> reader) {
		this.reading.lock();
		try {
			endIntervals(now);
			return reader.get();
		}
		finally {
			this.reading.unlock();
		}
	}

	private void eachSide(SideVisitor visitor) {
		for (MigrationStage stage : STAGES) {
			for (MigrationOrigin side : SIDES) {
				CallSeries series = this.calls.getAcquire(stage.ordinal() * SIDES.length + side.ordinal());
				if (series != null) {
					visitor.visit(stage, side, series);
				}
			}
		}
	}

	private void eachStage(StageVisitor visitor) {
		for (MigrationStage stage : STAGES) {
			ComparisonSeries series = this.comparisons.getAcquire(stage.ordinal());
			if (series != null) {
				visitor.visit(stage, series);
			}
		}
	}

	@FunctionalInterface
	private interface SideVisitor {

		void visit(MigrationStage stage, MigrationOrigin side, CallSeries series);

	}

	@FunctionalInterface
	private interface StageVisitor {

		void visit(MigrationStage stage, ComparisonSeries series);

	}

	@FunctionalInterface
	private interface Reading {

		Map<ComparisonResult, Long> of(ComparisonSeries series);

	}

}
