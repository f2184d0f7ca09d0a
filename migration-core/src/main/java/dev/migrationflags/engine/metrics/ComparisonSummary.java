package dev.migrationflags.engine.metrics;

import java.util.Map;

import dev.migrationflags.MigrationStage;

/**
 * What came of the comparisons of an operation at a stage, on this node since its start.
 *
 * @param operation the name of the operation
 * @param stage the stage of the reads
 * @param counts how often each result was found; without an entry: never
 */
public record ComparisonSummary(String operation, MigrationStage stage, Map<ComparisonResult, Long> counts) {
}
