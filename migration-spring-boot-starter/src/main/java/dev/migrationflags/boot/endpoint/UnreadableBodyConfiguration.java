package dev.migrationflags.boot.endpoint;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers with a problem where Spring would answer with an error page of its own, for
 * this endpoint alone. Management contexts of their own find these beans in their parent.
 */
final class UnreadableBodyConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(UnreadableBodyConfiguration.class);

	private UnreadableBodyConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(HandlerExceptionResolver.class)
	static class Servlet {

		@Bean
		HandlerExceptionResolver migrationsUnreadableBodyResolver(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new Resolver(new UnreadableBody(endpoints::getIfAvailable));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class Reactive {

		@Bean
		WebExceptionHandler migrationsUnreadableBodyHandler(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new Handler(new UnreadableBody(endpoints::getIfAvailable));
		}

	}

	private record Resolver(UnreadableBody body) implements HandlerExceptionResolver, Ordered {

		@Override
		public int getOrder() {
			// before those of Spring MVC, which are at 0
			return -1;
		}

		@Override
		public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
				@Nullable Object handler, Exception ex) {
			Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
			if (response.isCommitted() || !this.body.is(pattern, ex, HttpMessageNotReadableException.class)) {
				return null;
			}
			try {
				response.setStatus(UnreadableBody.STATUS);
				response.setContentType(UnreadableBody.TYPE);
				response.getOutputStream().write(UnreadableBody.problem());
			}
			catch (IOException gone) {
				logger.trace("Whoever sent what cannot be read has gone", gone);
			}
			return new ModelAndView();
		}

	}

	private record Handler(UnreadableBody body) implements WebExceptionHandler, Ordered {

		@Override
		public int getOrder() {
			// before that of Spring Boot, which is at -1
			return -2;
		}

		@Override
		public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
			Object pattern = exchange
				.getAttribute(org.springframework.web.reactive.HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
			ServerHttpResponse response = exchange.getResponse();
			if (response.isCommitted() || !this.body.is(pattern, ex, ServerWebInputException.class)) {
				return Mono.error(ex);
			}
			response.setStatusCode(HttpStatus.BAD_REQUEST);
			response.getHeaders().setContentType(MediaType.parseMediaType(UnreadableBody.TYPE));
			return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(UnreadableBody.problem())));
		}

	}

}
