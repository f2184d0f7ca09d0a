package dev.migrationflags.sample.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

import com.sun.net.httpserver.Filter;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

class PriceRulesTests {

	private static final Cart HALF_A_CENT = new Cart("CHF",
			List.of(new Cart.Item("A", 1, new BigDecimal("1.00")), new Cart.Item("B", 10, new BigDecimal("4.99"))));

	@Test
	void tenAndMoreAreCheaper() {
		Quote quote = new PriceRules(RoundingMode.HALF_UP).quote(HALF_A_CENT);
		assertThat(quote.lines()).containsExactly(new Quote.Line("A", 0, new BigDecimal("1.00")),
				new Quote.Line("B", 5, new BigDecimal("47.41")));
		assertThat(quote.subtotal()).isEqualTo("48.41");
		assertThat(quote.tax()).isEqualTo("3.92");
		assertThat(quote.total()).isEqualTo("52.33");
	}

	@Test
	void currencyDecidesTheDigits() {
		Cart cart = new Cart("JPY", List.of(new Cart.Item("A", 3, new BigDecimal("333"))));
		assertThat(new PriceRules(RoundingMode.HALF_UP).quote(cart).total()).isEqualTo("1080");
	}

	@Test
	void serviceGivesTheSameQuoteAsTheProcess() {
		try (PricingService service = service(RoundingMode.HALF_UP)) {
			Pricing pricing = new Pricing(service);
			assertThat(pricing.quoteOverHttp(HALF_A_CENT)).isEqualTo(pricing.quoteInProcess(HALF_A_CENT));
		}
	}

	@Test
	void plantedServiceRoundsHalfACentDifferently() {
		try (PricingService service = service(RoundingMode.HALF_EVEN)) {
			Pricing pricing = new Pricing(service);
			assertThat(pricing.quoteOverHttp(HALF_A_CENT).lines().get(1).price()).isEqualTo("47.40");
			Cart usual = new Cart("CHF", HALF_A_CENT.items().subList(0, 1));
			assertThat(pricing.quoteOverHttp(usual)).isEqualTo(pricing.quoteInProcess(usual));
		}
	}

	private static PricingService service(RoundingMode rounding) {
		return new PricingService(JsonMapper.builder().build(), rounding,
				new StaticListableBeanFactory().getBeanProvider(Filter.class));
	}

}
