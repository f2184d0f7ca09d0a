package dev.migrationflags.aop.pin;

import dev.migrationflags.engine.PinScope;
import dev.migrationflags.engine.Pins;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * The pins of the web request of this thread. They are an attribute of the request: its
 * forwards and asynchronous dispatches have them too, and they go when it goes.
 */
public final class RequestPins implements PinScope {

	private static final String ATTRIBUTE = RequestPins.class.getName();

	@Override
	public @Nullable Pins current() {
		RequestAttributes request = RequestContextHolder.getRequestAttributes();
		// Spring's test framework binds a web request around each test method, which is
		// no request
		return (request == null || request instanceof ServletWebRequest) ? null : pins(request);
	}

	private static @Nullable Pins pins(RequestAttributes request) {
		try {
			Object pins = request.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST);
			return (pins instanceof Pins known) ? known : create(request);
		}
		catch (IllegalStateException ex) {
			// the request has ended; this thread has outlived it
			return null;
		}
	}

	private static Pins create(RequestAttributes request) {
		synchronized (request) {
			Object pins = request.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST);
			if (pins instanceof Pins known) {
				return known;
			}
			Pins created = new Pins();
			request.setAttribute(ATTRIBUTE, created, RequestAttributes.SCOPE_REQUEST);
			return created;
		}
	}

}
