package dev.migrationflags.boot;

import dev.migrationflags.aop.pin.CallerPins;
import dev.migrationflags.aop.pin.RequestPins;
import dev.migrationflags.engine.PinScope;
import io.micrometer.context.ContextRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.Order;

/**
 * Within a request, and within a transaction, a flag keeps its stage.
 */
@Configuration(proxyBeanMethods = false)
class PinsConfiguration {

	private static final int REQUEST_BEFORE_TRANSACTION = 0;

	/**
	 * Is a scope itself, which Spring would hand over where there is no other.
	 */
	@Bean
	CallerPins migrationPins(ObjectProvider<PinScope> scopes) {
		return new CallerPins(scopes.orderedStream((type) -> type != CallerPins.class).toList());
	}

	/**
	 * Where there are requests.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = { "org.springframework.web.context.request.RequestContextHolder",
			"jakarta.servlet.http.HttpServletRequest" })
	static class Requests {

		@Bean
		@Order(REQUEST_BEFORE_TRANSACTION)
		RequestPins migrationRequestPins() {
			return new RequestPins();
		}

	}

	/**
	 * Where contexts are carried to other threads.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ContextRegistry.class)
	static class Propagation {

		@Bean
		@Lazy(false)
		PinsAccessor migrationPinsAccessor(CallerPins pins) {
			return new PinsAccessor(pins, ContextRegistry.getInstance());
		}

	}

}
