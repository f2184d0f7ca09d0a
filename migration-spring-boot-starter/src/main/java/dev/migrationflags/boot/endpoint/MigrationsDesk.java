package dev.migrationflags.boot.endpoint;

import java.util.Map;

import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the endpoint shows and does, for others that show and do the same. Asks nobody
 * whether it may: that is for them.
 */
public final class MigrationsDesk {

	private static final TypeReference<Map<String, Object>> JSON = new TypeReference<>() {
	};

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final MigrationsEndpoint endpoint;

	private final FlagReports reports;

	MigrationsDesk(MigrationsEndpoint endpoint, FlagReports reports) {
		this.endpoint = endpoint;
		this.reports = reports;
	}

	/**
	 * A flag in short, as the endpoint shows it.
	 * @param flag the flag
	 * @return its JSON
	 */
	public Map<String, Object> overview(Flag flag) {
		return json(this.reports.overviews().of(flag));
	}

	/**
	 * A flag in full, as the endpoint shows it.
	 * @param flag the flag
	 * @return its JSON
	 */
	public Map<String, Object> report(Flag flag) {
		return json(this.reports.of(flag));
	}

	/**
	 * What is to be repaired of a flag, as the endpoint shows it.
	 * @param flag the flag
	 * @return its JSON
	 */
	public Map<String, Object> repairs(Flag flag) {
		return json(this.reports.repairsOf(flag.key()));
	}

	private Map<String, Object> json(Object view) {
		return this.mapper.convertValue(view, JSON);
	}

	/**
	 * Moves a flag, as the endpoint does.
	 * @param flag the key of the flag
	 * @param stage the key of the stage to move to
	 * @param reason why
	 * @param force {@code true} to override the checks
	 * @param epoch the epoch that the flag must have
	 * @param actor who moves, or {@code null} if that is not known here
	 * @return what the endpoint answers
	 */
	public WebEndpointResponse<?> move(String flag, @Nullable String stage, @Nullable String reason,
			@Nullable String force, @Nullable String epoch, @Nullable String actor) {
		return this.endpoint.move(flag, stage, reason, force, epoch, actor);
	}

	/**
	 * Starts something, as the endpoint does.
	 * @param flag the key of the flag
	 * @param task {@code backfill}, {@code verification} or {@code repairs}
	 * @return what the endpoint answers
	 */
	public WebEndpointResponse<?> start(String flag, String task) {
		return this.endpoint.start(flag, task);
	}

}
