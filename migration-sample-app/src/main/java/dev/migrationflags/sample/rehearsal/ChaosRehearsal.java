package dev.migrationflags.sample.rehearsal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.sample.SampleApplication;
import dev.migrationflags.sample.chaos.Chaos;
import dev.migrationflags.sample.chaos.Mood;
import dev.migrationflags.sample.orders.OrderStores;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Goes from off to shadow and back while the new sides are slow, fail and hang, and says
 * whether a caller noticed.
 */
final class ChaosRehearsal {

	/** The last mood of an act goes on in the next, so that no hang is cut short. */
	private static final List<Scene> SCENES = List.of(new Scene(Act.CHAOS_OFF, Mood.HEALTHY),
			new Scene(Act.CHAOS_DUAL_WRITE, Mood.HANGING), new Scene(Act.CHAOS_DUAL_WRITE, Mood.SLOW),
			new Scene(Act.CHAOS_DUAL_WRITE, Mood.FAILING), new Scene(Act.CHAOS_SHADOW, Mood.FAILING),
			new Scene(Act.CHAOS_SHADOW, Mood.SLOW), new Scene(Act.CHAOS_SHADOW, Mood.HANGING),
			new Scene(Act.CHAOS_OFF, Mood.HANGING));

	/** Longer than all time-outs, and less than what a caller of a hanging side waits. */
	private static final Duration NOTICED = Chaos.HANG.dividedBy(2);

	private static final String[] SETTINGS = { "--sample.chaos=true",
			// a price of the new side can be told from one of the old
			"--sample.pricing.rounding=HALF_EVEN", "--migration.flags.orders-db.read.execution=detached",
			"--migration.flags.orders-db.read.timeout=500ms", "--migration.flags.orders-db.write.timeout=200ms",
			"--migration.flags.pricing.read.timeout=500ms",
			// it would report what is done here on purpose
			"--logging.level.dev.migrationflags=ERROR" };

	private final RehearsalOptions options;

	private final Progress progress;

	private final Pace pace;

	private final Ledger ledger = new Ledger();

	private final CallerWaits waits = new CallerWaits();

	private final Verdict verdict = new Verdict();

	private final Checks checks = new Checks(this.verdict);

	ChaosRehearsal(RehearsalOptions options, PrintStream out) {
		this.options = options;
		this.progress = new Progress(out, Progress.onTerminal());
		this.pace = new Pace(this.progress, this.ledger, options.perAct());
	}

	/**
	 * Rehearses.
	 * @return the exit code: 0 if no caller noticed, else 1
	 */
	int run() {
		this.progress.say("Starting two PostgreSQL servers, a pricing service, two mail servers and the shop ...");
		try (ConfigurableApplicationContext shop = new SpringApplicationBuilder(SampleApplication.class)
			.profiles("rehearsal")
			.run(SETTINGS)) {
			this.pace.cancelWith(shop);
			perform(shop);
			report(shop);
		}
		catch (Pace.CancelledException ex) {
			return 1;
		}
		return conclude();
	}

	private void perform(ConfigurableApplicationContext shop) {
		MigrationFlags flags = shop.getBean(MigrationFlags.class);
		Chaos chaos = shop.getBean(Chaos.class);
		List<Client> clients = Client.of(shop, this.options.clients(), this.ledger, this.waits);
		clients.forEach(Client::begin);
		try (Traffic traffic = new Traffic(clients)) {
			for (int number = 0; number < SCENES.size(); number++) {
				Scene scene = SCENES.get(number);
				if (number > 0 && SCENES.get(number - 1).act() == Act.CHAOS_SHADOW && scene.act() != Act.CHAOS_SHADOW) {
					// while a move waits for writes that hang, it holds the callers: not
					// to be measured here
					traffic.quietly(() -> refused(flags));
				}
				this.progress.say("%s: %s, new sides %s".formatted(scene.act().reason(), scene.act(), scene.mood()));
				// no call is under way, so that every call belongs to one scene
				traffic.quietly(() -> {
					chaos.become(scene.mood());
					scene.act().stages().forEach((flag, stage) -> step(flags, flag, stage, scene.act().reason()));
					this.waits.enter(scene.act(), scene.mood());
					return true;
				});
				if (!this.pace.play(scene.act(), number, SCENES.size(), traffic)) {
					this.verdict.add("clients did not get on at %s, new sides %s".formatted(scene.act(), scene.mood()));
				}
			}
		}
		chaos.become(Mood.HEALTHY);
	}

	private static void step(MigrationFlags flags, String flag, MigrationStage to, String reason) {
		while (flags.stage(flag) != to) {
			if (flags.stage(flag).compareTo(to) < 0) {
				flags.advance(flag, reason);
			}
			else {
				flags.stepBack(flag, reason);
			}
		}
	}

	/**
	 * The new store lacks what could not be written, and cannot be repaired while it
	 * hangs: it must not get the authority.
	 */
	private boolean refused(MigrationFlags flags) {
		try {
			flags.moveTo(Act.ORDERS, MigrationStage.LIVE, "it will be fine");
			this.verdict.add("the move of orders-db to live was not refused");
			flags.forceTo(Act.ORDERS, MigrationStage.SHADOW, "it is not fine");
		}
		catch (StageChangeRefusedException ex) {
			this.progress.say("orders-db to live: refused, as it has to be:");
			ex.getReasons().forEach((reason) -> this.progress.say("  " + reason));
		}
		return true;
	}

	private void report(ConfigurableApplicationContext shop) {
		MeterRegistry meters = shop.getBean(MeterRegistry.class);
		ChaosCounts counts = new ChaosCounts(meters);
		this.checks.clients(this.ledger);
		this.checks.oldStore(this.ledger, shop.getBean(OrderStores.class));
		if (this.waits.longest().compareTo(NOTICED) >= 0) {
			this.verdict.add("a call took %d ms: it has waited for a hanging new side"
				.formatted(this.waits.longest().toMillis()));
		}
		counts.missing().forEach(this.verdict::add);
		this.progress.say("");
		this.progress.say("What the callers waited, measured by the clients around their HTTP calls:");
		this.progress.say(this.waits.table());
		this.progress.say("""
				Reads never wait for the new side. A write waits for it up to write.timeout, here 200 ms, until five
				failures in a row open the breaker; then only a probe each second does.
				""");
		this.progress.say("From the meters of the framework:");
		this.progress.say(new CallTable(meters).text());
		this.progress.say("Counted:");
		counts.lines().forEach((line) -> this.progress.say("  " + line));
		this.progress.say("");
		this.progress.say("""
				The new store lacks what could not be written, and orders from before were not copied, hence the
				mismatches. What could not be written is marked, and repaired once the new store is well again.""");
	}

	private int conclude() {
		List<String> findings = this.verdict.findings();
		this.progress.say("");
		if (findings.isEmpty()) {
			this.progress.say("No caller noticed.");
			return 0;
		}
		this.progress.say("FAILED");
		findings.forEach((finding) -> this.progress.say("  " + finding));
		return 1;
	}

	private record Scene(Act act, Mood mood) {
	}

}
