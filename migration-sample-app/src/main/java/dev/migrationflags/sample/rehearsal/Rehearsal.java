package dev.migrationflags.sample.rehearsal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.sample.SampleApplication;
import dev.migrationflags.sample.orders.Customer;
import dev.migrationflags.sample.orders.OrderStores;
import dev.migrationflags.sample.orders.SampleOrders;
import dev.migrationflags.sample.receipts.MailServer;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Starts the shop, drives traffic through all acts, and says whether anything was lost.
 */
final class Rehearsal {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final RehearsalOptions options;

	private final Consumer<ApplicationContext> beforeComparison;

	private final Progress progress;

	private final Ledger ledger = new Ledger();

	private final Verdict verdict = new Verdict();

	private final Checks checks = new Checks(this.verdict);

	private volatile boolean cancelled;

	Rehearsal(RehearsalOptions options, PrintStream out) {
		this(options, out, (shop) -> {
		});
	}

	/**
	 * For the test of the checks themselves: lets it do damage right before the stores
	 * are compared.
	 * @param options what was asked for
	 * @param out where the output goes
	 * @param beforeComparison what to do to the shop
	 */
	Rehearsal(RehearsalOptions options, PrintStream out, Consumer<ApplicationContext> beforeComparison) {
		this.options = options;
		this.beforeComparison = beforeComparison;
		this.progress = new Progress(out, Progress.onTerminal());
	}

	/**
	 * Rehearses.
	 * @return the exit code: 0 if nothing was lost, else 1
	 */
	int run() {
		this.progress.say("Starting two PostgreSQL servers, a pricing service, two mail servers and the shop ...");
		try (ConfigurableApplicationContext shop = start()) {
			shop.addApplicationListener((ContextClosedEvent event) -> this.cancelled = true);
			perform(shop);
			report(shop);
		}
		catch (CancelledException ex) {
			return 1;
		}
		return conclude();
	}

	private ConfigurableApplicationContext start() {
		Map<String, Object> properties = this.options.plantRounding() ? Map.of("sample.pricing.rounding", "HALF_EVEN")
				: Map.of();
		return new SpringApplicationBuilder(SampleApplication.class).profiles("rehearsal").properties(properties).run();
	}

	private void perform(ConfigurableApplicationContext shop) {
		List<Client> clients = clients(shop);
		clients.forEach(Client::begin);
		this.progress.say("%d orders are in the old store; %d clients begin".formatted(this.ledger.orders().size(),
				clients.size()));
		try (Traffic traffic = new Traffic(clients)) {
			for (int number = 0; number < Act.ALL.size(); number++) {
				Act act = Act.ALL.get(number);
				if (number > 0) {
					move(shop, traffic, Act.ALL.get(number - 1), act);
				}
				play(traffic, number);
			}
		}
		catch (StageChangeRefusedException ex) {
			this.verdict.add(String.valueOf(ex.getMessage()));
		}
	}

	private List<Client> clients(ConfigurableApplicationContext shop) {
		int port = Integer.parseInt(String.valueOf(shop.getEnvironment().getProperty("local.server.port")));
		ShopApi api = new ShopApi(port);
		List<Customer> customers = SampleOrders.customers();
		int count = this.options.clients();
		return IntStream.range(0, count)
			.mapToObj((client) -> new Client(api, this.ledger,
					IntStream.range(0, customers.size())
						.filter((number) -> number % count == client)
						.mapToObj(customers::get)
						.toList(),
					client))
			.toList();
	}

	/**
	 * Moves all flags to their next stage while clients go on, and does what belongs to
	 * it.
	 */
	private void move(ApplicationContext shop, Traffic traffic, Act from, Act to) {
		MigrationFlags flags = shop.getBean(MigrationFlags.class);
		OrderStores stores = shop.getBean(OrderStores.class);
		if (to.orders() == MigrationStage.COMPLETE) {
			StoreComparison result = traffic.quietly(() -> {
				this.beforeComparison.accept(shop);
				return this.checks.bothStores(this.ledger, stores);
			});
			this.progress.say("Before complete: %d orders with %d lines compared row by row, %s"
				.formatted(result.orders(), result.lines(), outcome(result)));
			this.ledger.oldSideLeft(true);
		}
		this.progress.say("%s: %s".formatted(to.reason(), to));
		to.stages().forEach((flag, stage) -> {
			if (from.stages().get(flag) != stage) {
				flags.moveTo(flag, stage, to.reason());
			}
		});
		if (from.orders() == MigrationStage.COMPLETE) {
			this.ledger.oldSideLeft(false);
		}
		if (to.orders() == MigrationStage.DUAL_WRITE) {
			// a call that began before writes only the old side, and maybe after the copy
			traffic.drain();
			this.progress.say("%d orders copied to the new store".formatted(OrderCopy.run(stores)));
		}
	}

	private void play(Traffic traffic, int number) {
		long begin = System.nanoTime();
		long duration = this.options.perAct().toNanos();
		// every client makes every kind of call in every act, however slow the machine
		int enough = traffic.rounds() + 2;
		while (System.nanoTime() - begin < duration || traffic.rounds() < enough) {
			if (this.cancelled) {
				throw new CancelledException();
			}
			if (System.nanoTime() - begin > duration + PATIENCE.toNanos()) {
				this.verdict.add("clients did not get on at " + Act.ALL.get(number));
				return;
			}
			double part = Math.min(1, (System.nanoTime() - begin) / (double) duration);
			this.progress.show(Act.ALL.get(number), (number + part) / Act.ALL.size(), traffic.calls(),
					this.ledger.errorCount());
			pause();
		}
	}

	private void report(ConfigurableApplicationContext shop) {
		MeterRegistry meters = shop.getBean(MeterRegistry.class);
		MismatchLog log = shop.getBean(MismatchLog.class);
		awaitListeners(meters, log);
		StoreComparison atTheEnd = this.checks.afterComplete(this.ledger, shop.getBean(OrderStores.class));
		List<String> mailed = shop.getBeansOfType(MailServer.class)
			.values()
			.stream()
			.flatMap((server) -> server.receiptIds().stream())
			.toList();
		this.checks.clients(this.ledger);
		this.checks.receipts(this.ledger.receipts(), mailed);
		this.checks.coverage(meters);
		this.checks.mismatches(log.counts(), this.options.plantRounding());
		this.progress.say("");
		this.progress.say("From the meters of the framework; a stage that was gone through twice is one row:");
		this.progress.say(new CallTable(meters).text());
		this.progress
			.say("At the end: %d orders with %d lines compared row by row, %s; %d more were last written at complete"
				.formatted(atTheEnd.orders(), atTheEnd.lines(), outcome(atTheEnd),
						this.ledger.writtenOnlyToNew().size()));
		this.progress.say("Acknowledged: %d orders, %d receipts; mailed: %d receipts"
			.formatted(this.ledger.orders().size(), this.ledger.receipts().size(), mailed.size()));
		mismatches(log.counts());
	}

	private void mismatches(List<MismatchLog.Count> counts) {
		this.progress.say(counts.isEmpty() ? "No mismatches" : "Mismatches (flag, operation, path, kind, times):");
		counts.forEach((count) -> this.progress.say("  %s  %d".formatted(count.place(), count.times())));
		if (this.options.plantRounding() && counts.stream().anyMatch((count) -> Checks.isPlanted(count.place()))) {
			this.progress.say("The planted difference was found: flag pricing, operation quote, the paths above");
		}
	}

	/**
	 * Listeners run on threads of their own: the last mismatch may still be on its way.
	 */
	private void awaitListeners(MeterRegistry meters, MismatchLog log) {
		long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
		while (log.mismatches() < counted(meters) && System.nanoTime() < end) {
			pause();
		}
		if (log.mismatches() != counted(meters)) {
			this.verdict.add("%d mismatches were counted, but listeners heard of %d".formatted(counted(meters),
					log.mismatches()));
		}
	}

	private static long counted(MeterRegistry meters) {
		return Stream.of("mismatch", "old_error", "new_error")
			.flatMap((result) -> meters.find("migration.comparisons").tag("result", result).counters().stream())
			.mapToLong((counter) -> (long) counter.count())
			.sum();
	}

	private int conclude() {
		List<String> findings = this.verdict.findings();
		this.progress.say("");
		if (findings.isEmpty()) {
			this.progress.say("Nothing was lost.");
			return 0;
		}
		List<String> lines = new ArrayList<>(List.of("FAILED"));
		lines.addAll(findings);
		this.progress.say(String.join(System.lineSeparator() + "  ", lines));
		return 1;
	}

	private static String outcome(StoreComparison comparison) {
		return comparison.findings().isEmpty() ? "all equal" : comparison.findings().size() + " NOT EQUAL";
	}

	private static void pause() {
		try {
			Thread.sleep(100);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CancelledException();
		}
	}

	private static final class CancelledException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
