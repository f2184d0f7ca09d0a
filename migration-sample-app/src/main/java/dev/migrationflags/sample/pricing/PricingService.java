package dev.migrationflags.sample.pricing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The service that takes pricing over: a small HTTP server of its own on the loopback.
 * {@code sample.pricing.rounding} is how it rounds; anything but {@code HALF_UP} is a
 * difference between the two sides.
 */
@Component
class PricingService implements AutoCloseable {

	static {
		// or some answers wait 40 ms for the acknowledgement of their own header
		System.setProperty("sun.net.httpserver.nodelay", "true");
	}

	private final HttpServer server;

	private final ExecutorService threads = Executors.newFixedThreadPool(4);

	private final JsonMapper json;

	private final PriceRules rules;

	PricingService(JsonMapper json, @Value("${sample.pricing.rounding:HALF_UP}") RoundingMode rounding,
			ObjectProvider<Filter> filters) {
		this.json = json;
		this.rules = new PriceRules(rounding);
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.threads);
		this.server.createContext("/quotes", this::quote).getFilters().addAll(filters.stream().toList());
		this.server.start();
	}

	URI address() {
		return URI
			.create("http://" + this.server.getAddress().getHostString() + ":" + this.server.getAddress().getPort());
	}

	private void quote(HttpExchange exchange) throws IOException {
		try (exchange) {
			Cart cart = this.json.readValue(exchange.getRequestBody(), Cart.class);
			byte[] body = this.json.writeValueAsBytes(this.rules.quote(cart));
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			exchange.sendResponseHeaders(400, -1);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
