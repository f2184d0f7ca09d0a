package dev.migrationflags.engine.metrics;

import java.time.Duration;
import java.util.Map;

import dev.migrationflags.MigrationStage;

/**
 * What came of the comparisons of an operation at a stage, on this node, within one
 * minute.
 *
 * @param operation the name of the operation
 * @param stage the stage of the reads
 * @param age how long ago the minute ended; zero for the one that has not ended yet
 * @param counts how often each result was found; without an entry: never
 */
public record ComparisonBucket(String operation, MigrationStage stage, Duration age,
		Map<ComparisonResult, Long> counts) {
}
