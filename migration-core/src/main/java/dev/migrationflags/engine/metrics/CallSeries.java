package dev.migrationflags.engine.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The calls of one side at one stage: since the start, and within the last minutes.
 * Counting is safe for use by several threads; all else needs the lock of
 * {@link OperationRecords}.
 */
final class CallSeries {

	private final Durations durations = new Durations();

	private final Readings<PackedCounts> intervals = new Readings<>(OperationRecords.INTERVALS);

	/**
	 * The counts when this interval, or this epoch, began; what came before is in the
	 * totals, which do not wrap around.
	 */
	private Counts start = Counts.NONE;

	private long count;

	private long errors;

	private double nanos;

	void add(long nanos, boolean error) {
		this.durations.add(nanos);
		if (error) {
			this.durations.addError();
		}
	}

	private Counts end() {
		Counts now = this.durations.counts();
		Counts since = now.since(this.start);
		this.count += since.count();
		this.errors += Integer.toUnsignedLong(since.errors());
		this.nanos += since.nanos();
		this.start = now;
		return since;
	}

	/**
	 * Ends an interval.
	 * @param times how many have ended in fact; nobody has called in the others
	 */
	void endInterval(long times) {
		Counts since = end();
		this.intervals.add((since.count() > 0) ? PackedCounts.of(since) : null, 1);
		this.intervals.add(null, times - 1);
	}

	void beginEpoch() {
		end();
		this.intervals.clear();
	}

	/**
	 * The calls of this interval and of some before, but of this epoch.
	 */
	Counts within(int intervals) {
		Counts since = this.durations.counts().since(this.start);
		int[] sums = since.all();
		int errors = since.errors();
		for (int i = 0; i < intervals; i++) {
			PackedCounts counts = this.intervals.back(i);
			if (counts != null) {
				counts.addTo(sums);
				errors += counts.errors();
			}
		}
		return Counts.of(sums, errors);
	}

	@Nullable Totals totals() {
		Counts since = this.durations.counts().since(this.start);
		long count = this.count + since.count();
		return (count == 0) ? null : new Totals(count, this.errors + Integer.toUnsignedLong(since.errors()),
				(this.nanos + since.nanos()) / count / 1e9);
	}

	/**
	 * What has come since the start.
	 *
	 * @param count how many calls
	 * @param errors how many of them failed
	 * @param mean their mean duration in seconds
	 */
	record Totals(long count, long errors, double mean) {
	}

}
