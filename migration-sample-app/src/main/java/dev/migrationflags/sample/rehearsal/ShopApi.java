package dev.migrationflags.sample.rehearsal;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.migrationflags.sample.orders.NewOrder;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStatus;
import dev.migrationflags.sample.pricing.Cart;
import dev.migrationflags.sample.pricing.Quote;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * The shop as its clients see it: over HTTP. Any answer but a good one is an exception.
 */
final class ShopApi implements OrderApi {

	private static final ParameterizedTypeReference<List<Order>> ORDERS = new ParameterizedTypeReference<>() {
	};

	private final RestClient http;

	ShopApi(int port) {
		JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(Duration.ofSeconds(5))
			.build());
		requests.setReadTimeout(Duration.ofSeconds(20));
		this.http = RestClient.builder().requestFactory(requests).baseUrl("http://127.0.0.1:" + port).build();
	}

	@Override
	public Order place(NewOrder order) {
		return required(json(this.http.post().uri("/orders"), order).retrieve().body(Order.class));
	}

	@Override
	public Order find(long id) {
		return required(this.http.get().uri("/orders/{id}", id).retrieve().body(Order.class));
	}

	@Override
	public List<Order> ofCustomer(String customer) {
		return required(this.http.get().uri("/orders?customer={customer}", customer).retrieve().body(ORDERS));
	}

	@Override
	public Order change(long id, OrderStatus status) {
		return required(json(this.http.put().uri("/orders/{id}/status", id), Map.of("status", status)).retrieve()
			.body(Order.class));
	}

	/**
	 * What an operator sees of the same shop.
	 */
	FlagApi flag() {
		return new FlagApi(this.http);
	}

	Quote quote(Cart cart) {
		return required(json(this.http.post().uri("/quotes"), cart).retrieve().body(Quote.class));
	}

	String receipt(long orderId) {
		return required(this.http.post().uri("/orders/{id}/receipt", orderId).retrieve().body(Sent.class)).receiptId();
	}

	private static RestClient.RequestBodySpec json(RestClient.RequestBodySpec request, Object body) {
		return request.contentType(MediaType.APPLICATION_JSON).body(body);
	}

	private static <T> T required(@Nullable T body) {
		return Objects.requireNonNull(body, "an answer without a body");
	}

	record Sent(String receiptId, String to) {
	}

}
