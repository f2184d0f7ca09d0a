package dev.migrationflags.engine.metrics;

/**
 * How often a secondary side or a comparison was left out, on this node since its start.
 *
 * @param operation the name of the operation
 * @param type {@code read} or {@code write}
 * @param reason why
 * @param count how often
 */
public record SkipSummary(String operation, String type, SkipReason reason, long count) {
}
