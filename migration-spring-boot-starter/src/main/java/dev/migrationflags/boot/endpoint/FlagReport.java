package dev.migrationflags.boot.endpoint;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A flag with all that is known about it, as JSON. Times are ISO 8601 in UTC, durations
 * seconds; what is unknown is absent.
 *
 * @param overview the flag in short
 * @param hold what its owner wants and the checks do not allow
 * @param operations its operations
 * @param calls the calls on this node
 * @param comparisons what came of the comparisons on this node
 * @param repairs what is to be repaired
 * @param sync how far backfill or verification are
 * @param mismatches the last mismatches on this node, newest first
 * @param changes the last changes of the base stage, newest first
 * @param readiness whether it may go on to its next stage
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({ "overview", "hold", "operations", "calls", "comparisons", "repairs", "sync", "mismatches",
		"changes", "readiness" })
record FlagReport(@JsonUnwrapped FlagOverview overview, @Nullable Held hold, List<Operation> operations,
		List<Calls> calls, List<Map<String, Object>> comparisons, Repair repairs, Sync sync, List<Mismatch> mismatches,
		List<Change> changes, Readiness readiness) implements OperationResponseBody {

	/**
	 * A move that does not happen.
	 */
	@JsonPropertyOrder({ "stage", "source", "reasons" })
	record Held(String stage, String source, List<String> reasons) {
	}

	/**
	 * An operation and its two methods.
	 */
	@JsonPropertyOrder({ "name", "type", "old", "new" })
	record Operation(String name, String type, @JsonProperty("old") String oldMethod,
			@JsonProperty("new") String newMethod) {
	}

	/**
	 * The calls of one side; times are absent where there is none to tell.
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	@JsonPropertyOrder({ "operation", "type", "stage", "origin", "count", "errors", "mean", "p50", "p99" })
	record Calls(String operation, String type, String stage, String origin, long count, long errors,
			@Nullable Double mean, @Nullable Double p50, @Nullable Double p99) {
	}

	/**
	 * What is to be repaired.
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	@JsonPropertyOrder({ "pending", "parked", "oldestAge" })
	record Repair(@Nullable Long pending, @Nullable Long parked, @Nullable Double oldestAge) {
	}

	/**
	 * How far a backfill or a verification is.
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	@JsonPropertyOrder({ "kind", "state", "done", "total", "rate", "differences" })
	record Sync(@Nullable String kind, String state, long done, @Nullable Long total, @Nullable Double rate,
			long differences) {
	}

	/**
	 * A read for which the sides gave different results.
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	@JsonPropertyOrder({ "operation", "stage", "time", "keyDigest", "differences" })
	record Mismatch(String operation, String stage, String time, @Nullable String keyDigest,
			List<Difference> differences) {
	}

	/**
	 * Where and in what way results differ.
	 */
	@JsonPropertyOrder({ "path", "kind" })
	record Difference(String path, String kind) {
	}

	/**
	 * A change of the base stage.
	 */
	@JsonPropertyOrder({ "from", "to", "reason", "actor", "epoch", "forced", "time" })
	record Change(String from, String to, String reason, String actor, long epoch, boolean forced, String time) {
	}

	/**
	 * Whether it may go on.
	 */
	@JsonPropertyOrder({ "ready", "checks" })
	record Readiness(boolean ready, List<Check> checks) {
	}

	/**
	 * What speaks for or against it.
	 */
	@JsonPropertyOrder({ "name", "ok", "blocks", "detail" })
	record Check(String name, boolean ok, boolean blocks, String detail) {
	}

}
