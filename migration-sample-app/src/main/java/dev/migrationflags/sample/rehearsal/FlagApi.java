package dev.migrationflags.sample.rehearsal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationStage;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

/**
 * The flag of the orders as an operator sees it: the actuator of the shop.
 */
final class FlagApi {

	private static final Pattern REPAIRED = Pattern
		.compile("(?m)^migration_repairs_total\\{[^}]*flag=\"%s\"[^}]*result=\"repaired\"[^}]*} ([0-9.E]+)$"
			.formatted(Act.ORDERS));

	private final RestClient http;

	FlagApi(RestClient http) {
		this.http = http;
	}

	Report report() {
		return Objects.requireNonNull(
				this.http.get().uri("/actuator/migrations/{flag}", Act.ORDERS).retrieve().body(Report.class));
	}

	/**
	 * Moves the flag.
	 * @param stage where to
	 * @param reason why
	 * @return why not; empty if it has moved
	 */
	List<String> move(MigrationStage stage, String reason) {
		return this.http.post()
			.uri("/actuator/migrations/{flag}", Act.ORDERS)
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("stage", stage.key(), "reason", reason))
			.exchange((request, response) -> {
				if (response.getStatusCode() == HttpStatus.CONFLICT) {
					return Objects.requireNonNull(response.bodyTo(Refusal.class)).refused();
				}
				if (!response.getStatusCode().is2xxSuccessful()) {
					throw new IllegalStateException("A move was answered with " + response.getStatusCode());
				}
				return List.of();
			});
	}

	/**
	 * Starts {@code backfill} or {@code verification}.
	 * @param task which
	 */
	void start(String task) {
		this.http.post()
			.uri("/actuator/migrations/{flag}/{task}", Act.ORDERS, task)
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of())
			.retrieve()
			.toBodilessEntity();
	}

	/**
	 * How many keys this process has repaired.
	 * @return how many
	 */
	long repaired() {
		String meters = String.valueOf(this.http.get().uri("/actuator/prometheus").retrieve().body(String.class));
		return REPAIRED.matcher(meters)
			.results()
			.mapToLong((result) -> (long) Double.parseDouble(result.group(1)))
			.sum();
	}

	/**
	 * Of the flag, what is asked for here.
	 *
	 * @param stage the key of its stage
	 * @param repairs what waits for repair
	 * @param sync how far backfill or verification is
	 */
	record Report(String stage, Repairs repairs, Sync sync) {
	}

	/**
	 * What waits for repair; unknown if the store does not answer.
	 */
	record Repairs(@Nullable Long pending, @Nullable Long parked) {

		boolean isEmpty() {
			return Objects.equals(this.pending, 0L) && Objects.equals(this.parked, 0L);
		}

	}

	/**
	 * How far backfill or verification is.
	 */
	record Sync(@Nullable String kind, String state, long done, long differences) {

		boolean isRunning() {
			return this.state.equals("running");
		}

		boolean isDone() {
			return this.state.equals("done");
		}

	}

	private record Refusal(List<String> refused) {
	}

}
