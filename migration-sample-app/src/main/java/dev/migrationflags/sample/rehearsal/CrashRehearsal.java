package dev.migrationflags.sample.rehearsal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.sample.orders.OrderBackend;

/**
 * Moves the orders through all stages while the JVM of the shop is killed and started
 * again, and says whether anything was lost.
 */
final class CrashRehearsal {

	private static final List<String> SETTINGS = List.of("migration.store.type=jdbc",
			"migration.store.initialize-schema=always",
			// how soon a killed process is missed
			"migration.store.poll-interval=200ms", "migration.store.max-staleness=2s",
			// slow enough to be killed half-way
			"migration.sync.rate=600", "migration.repair.batch=32",
			// it would tell of every restart
			"logging.level.dev.migrationflags=ERROR");

	private final RehearsalOptions options;

	private final Progress progress;

	private final Ledger ledger = new Ledger();

	private final CrashCounts counts = new CrashCounts();

	private final Verdict verdict = new Verdict();

	private final Checks checks = new Checks(this.verdict);

	CrashRehearsal(RehearsalOptions options, PrintStream out) {
		this.options = options;
		this.progress = new Progress(out, Progress.onTerminal());
	}

	/**
	 * Rehearses.
	 * @return the exit code: 0 if nothing was lost, else 1
	 */
	int run() {
		this.progress.say("Starting two PostgreSQL servers, and the shop in a JVM of its own ...");
		try (OrderBackend backend = OrderBackend.start(); ShopKeeper keeper = keeper(backend)) {
			keeper.start();
			List<CrashClient> clients = CrashClient.of(keeper, this.options.clients(), this.ledger, this.counts);
			clients.forEach(CrashClient::begin);
			this.progress.say("%d orders are in the old store; %d clients begin".formatted(this.ledger.orders().size(),
					clients.size()));
			try (Traffic traffic = new Traffic(clients)) {
				CrashScript script = new CrashScript(backend.stores(), keeper, clients, traffic, this.ledger,
						this.counts, this.verdict, this.progress, this.options.perAct());
				script.play();
			}
		}
		catch (Pace.CancelledException ex) {
			return 1;
		}
		return conclude();
	}

	private static ShopKeeper keeper(OrderBackend backend) {
		List<String> properties = new ArrayList<>(SETTINGS);
		properties.addAll(backend.properties());
		return new ShopKeeper(properties);
	}

	private int conclude() {
		this.checks.clients(this.ledger);
		this.progress.say("");
		this.progress.say(this.counts.table());
		this.progress.say("Acknowledged: %d orders".formatted(this.ledger.orders().size()));
		if (!this.counts.reasons().isEmpty()) {
			this.progress.say("Moves were refused, and tried again, because");
			this.counts.reasons().forEach((reason) -> this.progress.say("  " + reason));
		}
		List<String> findings = this.verdict.findings();
		this.progress.say("");
		if (findings.isEmpty()) {
			this.progress.say("Nothing was lost.");
			return 0;
		}
		this.progress.say("FAILED");
		findings.forEach((finding) -> this.progress.say("  " + finding));
		return 1;
	}

}
