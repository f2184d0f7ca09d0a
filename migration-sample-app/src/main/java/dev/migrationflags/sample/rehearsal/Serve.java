package dev.migrationflags.sample.rehearsal;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.sample.SampleApplication;
import dev.migrationflags.sample.receipts.MailServer;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * The shop with a little traffic, until it is stopped: for somebody who wants to move a
 * stage with his own hands and see what happens.
 */
final class Serve {

	private static final Logger logger = LoggerFactory.getLogger(Serve.class);

	private static final int SHOPPERS = 2;

	/** Together with the time of a call some 30 calls a second. */
	private static final long PAUSE_MILLIS = 55;

	/** The mail servers keep what they get in memory. */
	private static final int MINUTES_OF_MAIL = 10;

	private static final long A_MINUTE = TimeUnit.MINUTES.toNanos(1);

	private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

	private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(SHOPPERS);

	private final ConfigurableApplicationContext shop;

	private Serve(ConfigurableApplicationContext shop) {
		this.shop = shop;
		ShopApi api = new ShopApi(port());
		IntStream.range(0, SHOPPERS).mapToObj((number) -> new Shopper(api, number, SHOPPERS)).forEach(this::goShopping);
		this.threads.scheduleWithFixedDelay(
				() -> shop.getBeansOfType(MailServer.class).values().forEach(MailServer::forget), MINUTES_OF_MAIL,
				MINUTES_OF_MAIL, TimeUnit.MINUTES);
	}

	/**
	 * Starts the shop and its traffic, which ends with it.
	 * @param out where the address is told
	 * @param args the command line: properties of the application, and
	 * {@code --plant=rounding}
	 * @return the shop, to be closed
	 */
	static ConfigurableApplicationContext start(PrintStream out, String... args) {
		out.println("Starting two PostgreSQL servers, a pricing service, two mail servers and the shop ...");
		List<String> others = Arrays.stream(args).filter((arg) -> !arg.equals("--plant=rounding")).toList();
		String rounding = (others.size() < args.length) ? "HALF_EVEN" : "HALF_UP";
		ConfigurableApplicationContext shop = new SpringApplicationBuilder(SampleApplication.class).profiles("serve")
			.properties("sample.pricing.rounding=" + rounding)
			.run(others.toArray(String[]::new));
		Serve serve = new Serve(shop);
		shop.addApplicationListener((ContextClosedEvent event) -> serve.close());
		out.println(serve.welcome());
		return shop;
	}

	private int port() {
		return Integer.parseInt(String.valueOf(this.shop.getEnvironment().getProperty("local.server.port")));
	}

	private String welcome() {
		return """

				Open   http://localhost:%d/migrations/

				to see three migrations under traffic (about 30 calls a second), and to move their stages. Begin with
				orders-db: advance it to dualwrite, start the backfill, go on from there.  Ctrl-C stops everything.
				""".formatted(port());
	}

	private void goShopping(Shopper shopper) {
		this.threads.scheduleWithFixedDelay(() -> {
			try {
				shopper.step();
			}
			catch (RuntimeException ex) {
				complain(ex);
			}
		}, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
	}

	/**
	 * Somebody may have forced a stage whose side lacks half of the orders.
	 */
	private void complain(RuntimeException ex) {
		long until = this.quietUntil.get();
		if (System.nanoTime() - until >= 0 && this.quietUntil.compareAndSet(until, System.nanoTime() + A_MINUTE)) {
			logger.warn("A customer was not served (told at most once a minute): {}", ex.getMessage());
		}
	}

	private void close() {
		this.threads.shutdownNow();
	}

}
