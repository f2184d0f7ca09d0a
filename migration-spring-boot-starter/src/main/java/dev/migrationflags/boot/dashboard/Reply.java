package dev.migrationflags.boot.dashboard;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is answered, whatever the server.
 *
 * @param status the status
 * @param contentType the type of the body
 * @param body the body
 */
record Reply(int status, String contentType, byte[] body) {

	static final String JSON = "application/json";

	static final String PROBLEM = "application/problem+json";

	static final String EVENTS = "text/event-stream;charset=UTF-8";

	/**
	 * Nothing but the page's own files runs on it or styles it, nothing else may show it
	 * in a frame, and it talks to its own server only.
	 */
	static final Map<String, String> HEADERS = Map.of("Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
					+ "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"X-Frame-Options", "DENY", "X-Content-Type-Options", "nosniff", "Referrer-Policy", "no-referrer",
			"Cache-Control", "no-store");

	static Reply json(int status, String body) {
		return new Reply(status, (status < 400) ? JSON : PROBLEM, body.getBytes(StandardCharsets.UTF_8));
	}

	static Reply empty(int status) {
		return new Reply(status, "text/plain", new byte[0]);
	}

}
