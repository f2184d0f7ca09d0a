package dev.migrationflags.engine.metrics;

import java.time.Duration;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;

/**
 * The calls of one side of an operation at a stage, on this node, within the last
 * minutes. Times are in seconds, known to 3 %.
 *
 * @param operation the name of the operation
 * @param type {@code read} or {@code write}
 * @param stage the stage of the calls
 * @param origin the side
 * @param span the time that is looked at: the one asked for and up to 15 seconds more,
 * less if the application or the stage is younger
 * @param count how many there were, failed ones included
 * @param errors how many of them failed or took too long
 * @param p50 the median, NaN without calls
 * @param p95 the 95th percentile, NaN without calls
 * @param p99 the 99th percentile, NaN without calls
 */
public record CallWindow(String operation, String type, MigrationStage stage, MigrationOrigin origin, Duration span,
		long count, long errors, double p50, double p95, double p99) {

	/**
	 * The calls per second.
	 * @return the rate, 0 if nothing has been looked at yet
	 */
	public double rate() {
		return this.span.isZero() ? 0 : this.count * 1e9 / this.span.toNanos();
	}

	/**
	 * The share of calls that failed.
	 * @return from 0 to 1, NaN without calls
	 */
	public double errorRate() {
		return (this.count == 0) ? Double.NaN : (double) this.errors / this.count;
	}

}
