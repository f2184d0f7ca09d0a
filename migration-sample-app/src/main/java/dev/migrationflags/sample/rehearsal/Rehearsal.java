package dev.migrationflags.sample.rehearsal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationSync;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.SyncStatus;
import dev.migrationflags.sample.SampleApplication;
import dev.migrationflags.sample.orders.OrderStores;
import dev.migrationflags.sample.receipts.MailServer;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the shop, drives traffic through all acts, and says whether anything was lost.
 */
final class Rehearsal {

	private final RehearsalOptions options;

	private final Consumer<ApplicationContext> beforeComparison;

	private final Progress progress;

	private final Ledger ledger = new Ledger();

	private final Verdict verdict = new Verdict();

	private final Checks checks = new Checks(this.verdict);

	private final Pace pace;

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
		this.pace = new Pace(this.progress, this.ledger, options.perAct());
	}

	/**
	 * Rehearses.
	 * @return the exit code: 0 if nothing was lost, else 1
	 */
	int run() {
		this.progress.say("Starting two PostgreSQL servers, a pricing service, two mail servers and the shop ...");
		try (ConfigurableApplicationContext shop = start()) {
			this.pace.cancelWith(shop);
			perform(shop);
			report(shop);
		}
		catch (Pace.CancelledException ex) {
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
		List<Client> clients = Client.of(shop, this.options.clients(), this.ledger, new CallerWaits());
		clients.forEach(Client::begin);
		this.progress.say("%d orders are in the old store; %d clients begin".formatted(this.ledger.orders().size(),
				clients.size()));
		try (Traffic traffic = new Traffic(clients)) {
			for (int number = 0; number < Act.ALL.size(); number++) {
				Act act = Act.ALL.get(number);
				if (number > 0) {
					move(shop, traffic, Act.ALL.get(number - 1), act);
				}
				if (!this.pace.play(act, number, Act.ALL.size(), traffic)) {
					this.verdict.add("clients did not get on at " + act);
				}
				if (number > 0 && act.orders().writesBoth() && !Act.ALL.get(number - 1).orders().writesBoth()) {
					awaitBackfill(shop, act);
				}
			}
			compare("at the end", shop, traffic, (untouched) -> {
			});
		}
		catch (StageChangeRefusedException ex) {
			this.verdict.add(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Moves all flags to their next stage while clients go on, and does what belongs to
	 * it.
	 */
	private void move(ApplicationContext shop, Traffic traffic, Act from, Act to) {
		MigrationFlags flags = shop.getBean(MigrationFlags.class);
		if (to.orders() == MigrationStage.COMPLETE) {
			compare("before complete", shop, traffic, this.beforeComparison);
		}
		this.progress.say("%s: %s".formatted(to.reason(), to));
		to.stages().forEach((flag, stage) -> {
			if (from.stages().get(flag) != stage) {
				flags.moveTo(flag, stage, to.reason());
			}
		});
		if (!from.orders().writesBoth() && to.orders().writesBoth()) {
			new OrderSync(shop.getBean(MigrationSync.class)).startBackfill();
		}
	}

	/**
	 * Waits until what one side lacked has been copied, while clients go on.
	 */
	private void awaitBackfill(ApplicationContext shop, Act act) {
		SyncStatus copied = new OrderSync(shop.getBean(MigrationSync.class)).await();
		this.checks.sync("the backfill", copied, true);
		this.progress.say("%d of %d orders copied to the %s store".formatted(copied.differences(), copied.done(),
				act.orders().authority().other().key()));
	}

	/**
	 * Lets the framework verify that both stores are equal, and looks at every row
	 * itself, while clients wait.
	 */
	private void compare(String when, ApplicationContext shop, Traffic traffic, Consumer<ApplicationContext> before) {
		traffic.quietly(() -> {
			before.accept(shop);
			this.checks.sync("the verification " + when, new OrderSync(shop.getBean(MigrationSync.class)).verify(),
					false);
			StoreComparison result = this.checks.bothStores(when, this.ledger, shop.getBean(OrderStores.class));
			this.progress.say("Stores %s: %d orders with %d lines verified, and compared row by row: %s".formatted(when,
					result.orders(), result.lines(), outcome(result)));
			return true;
		});
	}

	private void report(ConfigurableApplicationContext shop) {
		MeterRegistry meters = shop.getBean(MeterRegistry.class);
		MismatchLog log = shop.getBean(MismatchLog.class);
		awaitListeners(meters, log);
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
			Pace.pause();
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

}
