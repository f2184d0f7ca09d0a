package dev.migrationflags.engine.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The calls of one side at one stage: since the start, and within the last minutes.
 * Counting is safe for use by several threads; all else needs the lock of
 * {@link OperationRecords}.
 */
final class CallSeries {

	private final Durations durations = new Durations();

	private final Readings<Counts> readings = new Readings<>(OperationRecords.INTERVALS + 1);

	private Counts last = Counts.NONE;

	private Counts epoch = Counts.NONE;

	private long count;

	private long errors;

	private double nanos;

	void add(long nanos, boolean error) {
		this.durations.add(nanos);
		if (error) {
			this.durations.addError();
		}
	}

	/**
	 * Adds what has come to the totals, which do not wrap around.
	 */
	private Counts read() {
		Counts now = this.durations.counts();
		if (now.equals(this.last)) {
			return this.last;
		}
		Counts since = now.since(this.last);
		this.count += since.count();
		this.errors += Integer.toUnsignedLong(since.errors());
		this.nanos += since.nanos();
		this.last = now;
		return now;
	}

	void endInterval(long times) {
		this.readings.add(read(), times);
	}

	void beginEpoch() {
		this.epoch = read();
	}

	/**
	 * The calls since the end of an interval, but of this epoch.
	 */
	Counts within(int intervals) {
		Counts start = this.readings.back(intervals);
		Counts now = read();
		Counts window = now.since((start != null) ? start : Counts.NONE);
		Counts epoch = now.since(this.epoch);
		return (epoch.count() < window.count()) ? epoch : window;
	}

	@Nullable Totals totals() {
		read();
		return (this.count == 0) ? null : new Totals(this.count, this.errors, this.nanos / this.count / 1e9);
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
