package dev.migrationflags.boot.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.ErrorResponse;

/**
 * What is said of a request that the infrastructure cannot read, and so never hands to
 * the endpoint: no JSON, or no object of plain values.
 */
final class UnreadableBody {

	static final String TYPE = "application/problem+json";

	static final int STATUS = 400;

	private static final String PROBLEM = """
			{"title":"Bad Request","status":400,"detail":"body: use a JSON object of plain values, \
			such as {\\"stage\\": \\"shadow\\", \\"reason\\": \\"why\\"}"}""";

	private final Supplier<@Nullable String> path;

	/**
	 * Creates it.
	 * @param endpoints gives the paths of endpoints, or {@code null} if there are none
	 */
	UnreadableBody(Supplier<@Nullable PathMappedEndpoints> endpoints) {
		this.path = SingletonSupplier.ofNullable(() -> {
			PathMappedEndpoints paths = endpoints.get();
			return (paths != null) ? paths.getPath(EndpointId.of("migrations")) : null;
		});
	}

	/**
	 * Whether an exception is about a body that was sent to the endpoint.
	 * @param pattern the pattern of the path that the request met
	 * @param ex the exception
	 * @param unreadable the type of exception for it on this kind of server
	 */
	boolean is(@Nullable Object pattern, Throwable ex, Class<? extends Exception> unreadable) {
		String path = this.path.get();
		return path != null && pattern != null && pattern.toString().startsWith(path + "/")
				&& (unreadable.isInstance(ex)
						|| (ex instanceof ErrorResponse response && response.getStatusCode().value() == STATUS));
	}

	/**
	 * Says so. What was sent is not repeated.
	 */
	static byte[] problem() {
		return PROBLEM.getBytes(StandardCharsets.UTF_8);
	}

}
