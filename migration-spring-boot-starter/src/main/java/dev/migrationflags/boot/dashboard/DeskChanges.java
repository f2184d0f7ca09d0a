package dev.migrationflags.boot.dashboard;

import dev.migrationflags.boot.endpoint.MigrationsDesk;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import tools.jackson.databind.JsonNode;

/**
 * Changes as the endpoint makes them, with the same checks and the same words.
 *
 * @param desk makes them
 */
record DeskChanges(MigrationsDesk desk) implements Dashboard.Changes {

	@Override
	public Dashboard.Answer move(String flag, JsonNode wanted, @Nullable String actor) {
		return answer(this.desk.move(flag, text(wanted, "stage"), text(wanted, "reason"), text(wanted, "force"),
				text(wanted, "epoch"), actor));
	}

	@Override
	public Dashboard.Answer start(String flag, String what) {
		return answer(this.desk.start(flag, what));
	}

	private static @Nullable String text(JsonNode wanted, String name) {
		JsonNode value = wanted.get(name);
		return (value == null || value.isNull()) ? null : value.asString("");
	}

	private static Dashboard.Answer answer(WebEndpointResponse<?> response) {
		Object body = response.getBody();
		return new Dashboard.Answer(response.getStatus(), (body != null) ? body : new Object[0]);
	}

}
