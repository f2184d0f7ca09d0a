package dev.migrationflags.engine.metrics;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;

/**
 * The calls of one side of an operation at a stage, on this node. Times are in seconds.
 *
 * @param operation the name of the operation
 * @param type {@code read} or {@code write}
 * @param stage the stage of the calls
 * @param origin the side
 * @param count how many there were since the start, failed ones included
 * @param errors how many of them failed or took too long
 * @param mean their mean duration since the start
 * @param p50 the median of the last minutes, NaN without calls
 * @param p99 the 99th percentile of the last minutes, NaN without calls
 */
public record CallSummary(String operation, String type, MigrationStage stage, MigrationOrigin origin, long count,
		long errors, double mean, double p50, double p99) {
}
