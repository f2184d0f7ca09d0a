package dev.migrationflags.boot.dashboard;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers the requests of the page, whatever the server. Safe for use by several threads.
 */
final class Dashboard {

	/**
	 * The largest body of a change, in bytes.
	 */
	static final int MAX_BODY = 8192;

	/**
	 * How many may watch at the same time: each keeps a connection.
	 */
	static final int MAX_WATCHERS = 32;

	private static final Logger logger = LoggerFactory.getLogger(Dashboard.class);

	private final Files files = new Files();

	private final Semaphore watchers = new Semaphore(MAX_WATCHERS);

	private final Instant since;

	private final JsonMapper json = JsonMapper.builder().build();

	private final Snapshots snapshots;

	private final Changes changes;

	private final BooleanSupplier readable;

	private final BooleanSupplier writable;

	/**
	 * Creates the dashboard.
	 * @param snapshots what is shown
	 * @param changes what moves flags
	 * @param readable whether figures may be seen
	 * @param writable whether stages may be moved
	 * @param clock tells the time
	 */
	Dashboard(Snapshots snapshots, Changes changes, BooleanSupplier readable, BooleanSupplier writable, Clock clock) {
		this.snapshots = snapshots;
		this.changes = changes;
		this.readable = readable;
		this.writable = writable;
		this.since = clock.instant();
	}

	/**
	 * A file of the page, or what it asks for when it is opened.
	 * @param path the path below that of the dashboard, without a slash at its start
	 * @param csrf what changes need, or {@code null} if nothing
	 */
	Reply get(String path, @Nullable Csrf csrf) {
		if (path.equals("api/session")) {
			return this.readable.getAsBoolean() ? Reply.json(200, write(session(csrf))) : closed();
		}
		Reply file = this.files.get(path);
		return (file != null) ? file : problem(404, "There is nothing at this address.");
	}

	private Map<String, Object> session(@Nullable Csrf csrf) {
		Map<String, Object> session = new LinkedHashMap<>();
		session.put("since", this.since.toEpochMilli());
		session.put("durable", this.snapshots.isDurable());
		session.put("writable", this.writable.getAsBoolean());
		if (csrf != null) {
			session.put("csrf", csrf);
		}
		return session;
	}

	/**
	 * Whether somebody may watch now; if so, {@link #unwatch()} is called once it is
	 * over.
	 * @return {@code null} if he may
	 */
	@Nullable Reply watch() {
		if (!this.readable.getAsBoolean()) {
			return closed();
		}
		return this.watchers.tryAcquire() ? null
				: problem(503, "%d pages watch this node already.".formatted(MAX_WATCHERS));
	}

	void unwatch() {
		this.watchers.release();
	}

	/**
	 * One event of the stream.
	 * @param flag the flag that is looked at, or {@code null}
	 */
	String event(@Nullable String flag) {
		return "data: " + write(this.snapshots.of(flag)) + "\n\n";
	}

	/**
	 * A change that somebody asks for.
	 * @param path the path below {@code api/flags/}
	 * @param contentType the type of the body
	 * @param site where the request comes from, as the browser says
	 * @param actor who asks, or {@code null} if nobody is logged in
	 * @param body the body
	 */
	Reply post(String path, @Nullable String contentType, @Nullable String site, @Nullable String actor, byte[] body) {
		if (!this.writable.getAsBoolean()) {
			return problem(403,
					"Changes are closed: set management.endpoint.migrations.access=unrestricted to allow them.");
		}
		if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith(Reply.JSON)) {
			return problem(415, "A change is JSON.");
		}
		if (site != null && !site.equals("same-origin")) {
			return problem(403, "A change comes from the page itself, not from another site.");
		}
		if (body.length > MAX_BODY) {
			return problem(413, "A change is no longer than %d bytes.".formatted(MAX_BODY));
		}
		try {
			String[] parts = path.split("/", 2);
			Answer answer = (parts.length == 1) ? this.changes.move(parts[0], this.json.readTree(body), actor)
					: this.changes.start(parts[0], parts[1]);
			return Reply.json(answer.status(), write(answer.body()));
		}
		catch (JacksonException ex) {
			return problem(400, "The body is no JSON.");
		}
		catch (RuntimeException ex) {
			logger.warn("A change that the dashboard asked for failed", ex);
			return problem(500, "The change failed; the log says why.");
		}
	}

	private Reply closed() {
		return problem(403, "The endpoint migrations is closed (management.endpoint.migrations.access=none).");
	}

	private Reply problem(int status, String detail) {
		return Reply.json(status, write(Map.of("status", status, "detail", detail)));
	}

	private String write(Object value) {
		return this.json.writeValueAsString(value);
	}

	/**
	 * What is shown.
	 */
	interface Snapshots {

		boolean isDurable();

		/**
		 * All flags at a glance, and one of them in full.
		 * @param flag the flag, or {@code null} for none
		 */
		Object of(@Nullable String flag);

	}

	/**
	 * What came of a change.
	 *
	 * @param status the HTTP status
	 * @param body to be written as JSON
	 */
	record Answer(int status, Object body) {
	}

	/**
	 * What moves flags.
	 */
	interface Changes {

		Answer move(String flag, JsonNode wanted, @Nullable String actor);

		Answer start(String flag, String what);

	}

}
