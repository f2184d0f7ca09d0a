package dev.migrationflags.sample.orders;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Customers and orders as a shop has them, the awkward ones included.
 */
public final class SampleOrders {

	private static final List<String> FIRST = List.of("Zoë", "Łukasz", "Anaïs", "Søren", "Siobhán", "José María",
			"Nguyễn", "Ada", "Grace", "D'Arcy");

	private static final List<String> LAST = List.of("O'Neill", "Müller-Lüdenscheidt", "王小明", "Ñáñez", "van der Meer",
			"Ğülşen", "Smith; drop table orders", "Иванова", "ابن سينا", "Null");

	private static final List<Address> ADDRESSES = List.of(new Address("Bahnhofstraße 1", "8001", "Zürich", "CH"),
			new Address("12, rue de l'Église", "75015", "Paris", "FR"),
			new Address("1-1 Chiyoda, 千代田区", "100-8111", "Tōkyō", "JP"),
			new Address("Apt \"4\\B\"", "", "Dublin", "IE"), new Address("شارع الخليج 7", "13001", "Kuwait", "KW"),
			new Address("  350 5th Ave  ", "10118", "New York", "US"));

	private static final List<String> CURRENCIES = List.of("CHF", "EUR", "JPY", "EUR", "KWD", "USD");

	private static final @Nullable String[] NOTES = { null, null, null, "", "Please ring twice",
			"line one\nline two\ttab", "Für Oma 🎁 – 'vorsichtig'", "{\"not\": [\"json\"]}", "%s ? :id \\ ''",
			"x".repeat(2000) };

	private static final List<String> ARTICLES = List.of("Notebook A5, dotted", "Fountain pen “Écriture”",
			"Washi tape 和紙", "Ink bottle 50 ml", "Sticker", "Desk lamp", "Free sample");

	private static final int CUSTOMERS = 48;

	private SampleOrders() {
	}

	/**
	 * All customers of the shop.
	 * @return the customers, always the same
	 */
	public static List<Customer> customers() {
		return IntStream.range(0, CUSTOMERS).mapToObj(SampleOrders::customer).toList();
	}

	/**
	 * An order that a customer might place.
	 * @param random decides what is in it
	 * @param customer who places it
	 * @return the order
	 */
	public static NewOrder next(RandomGenerator random, Customer customer) {
		int place = random.nextInt(ADDRESSES.size());
		String currency = CURRENCIES.get(place);
		// one in fifty is empty, one in fifty is long
		int kind = random.nextInt(50);
		int lines = switch (kind) {
			case 0 -> 0;
			case 1 -> 25;
			default -> random.nextInt(1, 6);
		};
		return new NewOrder(customer, ADDRESSES.get(place), currency, NOTES[random.nextInt(NOTES.length)],
				IntStream.range(0, lines).mapToObj((line) -> line(random, currency)).toList());
	}

	private static Customer customer(int number) {
		String first = FIRST.get(number % FIRST.size());
		String last = LAST.get((number * 7 + number / FIRST.size()) % LAST.size());
		return new Customer("C-%04d".formatted(number), first + " " + last, "customer%d@example.org".formatted(number));
	}

	private static OrderLine line(RandomGenerator random, String currency) {
		int article = random.nextInt(ARTICLES.size());
		boolean free = article == ARTICLES.size() - 1;
		int digits = Currency.getInstance(currency).getDefaultFractionDigits();
		BigDecimal price = BigDecimal.valueOf(free ? 0 : random.nextLong(1, 100_000), digits);
		int quantity = (random.nextInt(40) == 0) ? 1_000_000 : random.nextInt(1, 13);
		return new OrderLine(String.format(Locale.ROOT, "SKU-%03d", article), ARTICLES.get(article), quantity, price);
	}

}
