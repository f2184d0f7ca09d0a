package dev.migrationflags.boot.dashboard;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The dashboard on a reactive server.
 */
final class ReactiveDashboard implements ApplicationListener<ContextClosedEvent> {

	private static final boolean SECURITY = ClassUtils
		.isPresent("org.springframework.security.web.server.csrf.CsrfToken", ReactiveDashboard.class.getClassLoader());

	private final Sinks.Empty<Void> closed = Sinks.empty();

	private final Dashboard dashboard;

	private final String path;

	ReactiveDashboard(Dashboard dashboard, String path) {
		this.dashboard = dashboard;
		this.path = path;
	}

	RouterFunction<ServerResponse> routes() {
		return RouterFunctions.route()
			.GET(this.path, this::redirect)
			.GET(this.path + "/api/events", RequestPredicates.all(), this::events)
			.GET(this.path + "/**", this::get)
			.POST(this.path + "/api/flags/**", this::post)
			.build();
	}

	private Mono<ServerResponse> redirect(ServerRequest request) {
		String path = request.requestPath().value();
		return path.endsWith("/") ? get(request) : ServerResponse.status(302).location(URI.create(path + "/")).build();
	}

	private String below(ServerRequest request) {
		String path = request.requestPath().pathWithinApplication().value();
		return path.substring(Math.min(path.length(), path.indexOf(this.path) + this.path.length() + 1));
	}

	private Mono<ServerResponse> get(ServerRequest request) {
		return csrf(request).map((csrf) -> this.dashboard.get(below(request), csrf))
			.switchIfEmpty(Mono.fromSupplier(() -> this.dashboard.get(below(request), null)))
			.flatMap(ReactiveDashboard::respond);
	}

	private Mono<Csrf> csrf(ServerRequest request) {
		return SECURITY ? SecurityToken.of(request) : Mono.empty();
	}

	private Mono<ServerResponse> events(ServerRequest request) {
		Reply refused = this.dashboard.watch();
		if (refused != null) {
			return respond(refused);
		}
		@Nullable String flag = request.queryParam("flag").orElse(null);
		Flux<String> events = Flux.interval(Duration.ZERO, Duration.ofSeconds(1))
			.onBackpressureDrop()
			.takeUntilOther(this.closed.asMono())
			.publishOn(Schedulers.boundedElastic(), 1)
			.map((tick) -> this.dashboard.event(flag))
			.doFinally((signal) -> this.dashboard.unwatch());
		return ServerResponse.ok()
			.contentType(MediaType.parseMediaType(Reply.EVENTS))
			.headers((headers) -> Reply.HEADERS.forEach(headers::set))
			.body((message, context) -> write(events, message));
	}

	/**
	 * Streams end before the server waits for what is under way.
	 */
	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		this.closed.tryEmitEmpty();
	}

	private static Mono<Void> write(Flux<String> events, ServerHttpResponse response) {
		return response.writeAndFlushWith(events
			.map((event) -> Mono.just(response.bufferFactory().wrap(event.getBytes(StandardCharsets.UTF_8)))));
	}

	private Mono<ServerResponse> post(ServerRequest request) {
		String path = below(request).substring("api/flags/".length());
		String contentType = request.headers().firstHeader("Content-Type");
		String site = request.headers().firstHeader("Sec-Fetch-Site");
		return DataBufferUtils.join(request.exchange().getRequest().getBody(), Dashboard.MAX_BODY).map((buffer) -> {
			byte[] body = new byte[buffer.readableByteCount()];
			buffer.read(body);
			DataBufferUtils.release(buffer);
			return body;
		})
			.defaultIfEmpty(new byte[0])
			.onErrorReturn(DataBufferLimitException.class, new byte[Dashboard.MAX_BODY + 1])
			.zipWith(request.principal().map(Principal::getName).defaultIfEmpty(""))
			.publishOn(Schedulers.boundedElastic())
			.map((both) -> this.dashboard.post(path, contentType, site, both.getT2().isEmpty() ? null : both.getT2(),
					both.getT1()))
			.flatMap(ReactiveDashboard::respond);
	}

	private static Mono<ServerResponse> respond(Reply reply) {
		return ServerResponse.status(reply.status())
			.contentType(MediaType.parseMediaType(reply.contentType()))
			.headers((headers) -> Reply.HEADERS.forEach(headers::set))
			.bodyValue(reply.body());
	}

	/**
	 * Kept apart, because Spring Security need not be there.
	 */
	private static final class SecurityToken {

		static Mono<Csrf> of(ServerRequest request) {
			Mono<CsrfToken> token = request.exchange().getAttributeOrDefault(CsrfToken.class.getName(), Mono.empty());
			return token.map((given) -> new Csrf(given.getHeaderName(), given.getToken()));
		}

	}

}
