package dev.migrationflags.boot.endpoint;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.MimeType;

/**
 * What went wrong, as RFC 9457 writes it.
 *
 * @param title the kind of problem
 * @param status the HTTP status
 * @param detail what is wrong and what to write instead
 * @param refused every reason why something was refused, or {@code null} if nothing was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({ "title", "status", "detail", "refused" })
record ProblemDetails(String title, int status, String detail,
		@Nullable List<String> refused) implements OperationResponseBody {

	private static final MimeType TYPE = new MimeType("application", "problem+json");

	private static final int CONFLICT = 409;

	static WebEndpointResponse<OperationResponseBody> notFound(String detail) {
		return response(new ProblemDetails("Not Found", WebEndpointResponse.STATUS_NOT_FOUND, detail, null));
	}

	static WebEndpointResponse<OperationResponseBody> badRequest(List<String> mistakes) {
		return response(new ProblemDetails("Bad Request", WebEndpointResponse.STATUS_BAD_REQUEST,
				String.join("; ", mistakes), null));
	}

	static WebEndpointResponse<OperationResponseBody> refused(String detail, List<String> reasons) {
		return response(new ProblemDetails("Conflict", CONFLICT, detail, reasons));
	}

	private static WebEndpointResponse<OperationResponseBody> response(ProblemDetails problem) {
		return new WebEndpointResponse<>(problem, problem.status(), TYPE);
	}

}
