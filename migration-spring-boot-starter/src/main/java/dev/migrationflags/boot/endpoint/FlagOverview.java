package dev.migrationflags.boot.endpoint;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A flag in short, as JSON.
 *
 * @param stage the base stage
 * @param stages the stages that it goes through
 * @param epoch the number of its last change
 * @param source where the base stage comes from
 * @param rollout percentages by stage, as far as they are in force
 * @param next the stage after the base stage, or {@code null} at the end
 * @param previous the stage before the base stage, or {@code null} at the start
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({ "stage", "stages", "epoch", "source", "rollout", "next", "previous" })
record FlagOverview(String stage, List<String> stages, long epoch, String source, Map<String, Double> rollout,
		@Nullable String next, @Nullable String previous) {

	/**
	 * All flags, as JSON.
	 *
	 * @param durable whether a restart remembers moves
	 * @param flags the flags by key
	 */
	@JsonPropertyOrder({ "durable", "flags" })
	record All(boolean durable, Map<String, FlagOverview> flags) implements OperationResponseBody {
	}

}
