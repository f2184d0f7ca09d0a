package dev.migrationflags.sample.pricing;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class QuoteController {

	private final Pricing pricing;

	QuoteController(Pricing pricing) {
		this.pricing = pricing;
	}

	@PostMapping("/quotes")
	Quote quote(@RequestBody Cart cart) {
		return this.pricing.quoteInProcess(cart);
	}

}
