package dev.migrationflags.sample.pricing;

import java.math.RoundingMode;
import java.util.Objects;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;

import org.springframework.http.MediaType;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;

/**
 * Pricing, in the process and by the service: two methods of one class. Callers call the
 * one that they always called.
 */
@Service
public class Pricing {

	private final PriceRules rules = new PriceRules(RoundingMode.HALF_UP);

	private final RestClient service;

	Pricing(PricingService service) {
		this.service = RestClient.create(service.address());
	}

	/**
	 * Prices a cart here.
	 * @param cart the cart
	 * @return what it costs
	 */
	@MigrationRead(flag = "pricing", origin = MigrationOrigin.OLD, operation = "quote")
	public Quote quoteInProcess(Cart cart) {
		return this.rules.quote(cart);
	}

	/**
	 * Has a cart priced by the service.
	 * @param cart the cart
	 * @return what it costs
	 */
	@MigrationRead(flag = "pricing", origin = MigrationOrigin.NEW, operation = "quote")
	public Quote quoteOverHttp(Cart cart) {
		Quote quote = this.service.post()
			.uri("/quotes")
			.contentType(MediaType.APPLICATION_JSON)
			.body(cart)
			.retrieve()
			.body(Quote.class);
		return Objects.requireNonNull(quote);
	}

}
