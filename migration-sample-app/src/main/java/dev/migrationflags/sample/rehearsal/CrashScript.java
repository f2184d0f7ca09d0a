package dev.migrationflags.sample.rehearsal;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.sample.orders.OrderStores;

/**
 * What happens in the rehearsal with kills, from off to complete and one step back: each
 * stage but off has at least one kill, in the middle of calls, of the move to it or of a
 * backfill.
 */
final class CrashScript {

	/** Longer than all that is to be waited for: dead nodes, deadlines, repairs. */
	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** A stage that lasts for longer has a kill in the middle of everything. */
	private static final Duration KILL_EVERY = Duration.ofSeconds(4);

	private static final int MOVE_MILLIS = 120;

	private static final int BACKFILL_MILLIS = 400;

	private final OrderStores stores;

	private final ShopKeeper shop;

	private final List<CrashClient> clients;

	private final Traffic traffic;

	private final Ledger ledger;

	private final CrashCounts counts;

	private final Verdict verdict;

	private final Checks checks;

	private final Progress progress;

	private final Duration perAct;

	private final Random random = new Random();

	private int number;

	/** Whether a process may have taken a generated key along since the last backfill. */
	private boolean keyless;

	CrashScript(OrderStores stores, ShopKeeper shop, List<CrashClient> clients, Traffic traffic, Ledger ledger,
			CrashCounts counts, Verdict verdict, Progress progress, Duration perAct) {
		this.stores = stores;
		this.shop = shop;
		this.clients = clients;
		this.traffic = traffic;
		this.ledger = ledger;
		this.counts = counts;
		this.verdict = verdict;
		this.checks = new Checks(verdict);
		this.progress = progress;
		this.perAct = perAct;
	}

	/**
	 * Plays all acts.
	 */
	void play() {
		MigrationStage from = Act.CRASH.get(0).orders();
		for (this.number = 0; this.number < Act.CRASH.size(); this.number++) {
			MigrationStage to = act().orders();
			if (!play(from, to)) {
				return;
			}
			this.counts.endOf(to, this.traffic.calls(), this.shop.repaired());
			from = to;
		}
		this.number--;
		this.traffic.stop();
		compare("at the end");
	}

	private Act act() {
		return Act.CRASH.get(this.number);
	}

	private boolean play(MigrationStage from, MigrationStage to) {
		boolean thorough = this.perAct.compareTo(KILL_EVERY) >= 0;
		boolean settles = from.flipsTo(to) || to == MigrationStage.COMPLETE;
		boolean fills = !from.writesBoth() && to.writesBoth();
		if (to == MigrationStage.COMPLETE) {
			compare("before complete");
		}
		this.progress.say("%s: %s".formatted(act().reason(), act()));
		if (from != to && !move(from, to, settles, settles || thorough)) {
			return false;
		}
		boolean fillKill = fills && (thorough || from == MigrationStage.OFF);
		if (fills && !fill(fillKill)) {
			return false;
		}
		int kills = (int) this.perAct.dividedBy(KILL_EVERY);
		boolean before = settles || fillKill || to == MigrationStage.OFF;
		if (!carryOn(before ? kills : Math.max(1, kills))) {
			return false;
		}
		return !fills || filled(to);
	}

	/**
	 * Moves the flag, and tries again for as long as that is refused.
	 * @param settles whether the side that led is relied on no more
	 * @param kill whether to kill in the middle of the first try
	 */
	private boolean move(MigrationStage from, MigrationStage to, boolean settles, boolean kill) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		boolean killing = kill;
		while (stage() != to) {
			if (System.nanoTime() > end) {
				return fail("orders-db did not get from %s to %s".formatted(from.key(), to.key()));
			}
			if (settles && this.keyless && !refill()) {
				return false;
			}
			List<String> refusals = killing ? moveAndKill(from, to) : this.shop.current().flag().move(to, reason());
			killing = false;
			if (!refusals.isEmpty()) {
				this.counts.refused(refusals);
				// the last backfill may have come too early for a write that was
				// killed
				this.keyless = this.keyless || refusals.stream().anyMatch((reason) -> reason.startsWith("backlog"));
				Pace.pause();
			}
		}
		this.counts.moved();
		return true;
	}

	private String reason() {
		return act().reason();
	}

	/**
	 * The move has happened then, or not.
	 */
	private List<String> moveAndKill(MigrationStage from, MigrationStage to) {
		FlagApi flag = this.shop.current().flag();
		long repaired = this.shop.repaired();
		CompletableFuture<List<String>> move = CompletableFuture.supplyAsync(() -> flag.move(to, reason()));
		pause(MOVE_MILLIS);
		kill(repaired, List.of(from, to));
		this.counts.killedMove();
		try {
			return move.join();
		}
		catch (CompletionException ex) {
			// it was not answered
			return List.of();
		}
	}

	/**
	 * Starts to copy what the other side lacks.
	 */
	private boolean fill(boolean kill) {
		this.shop.current().flag().start("backfill");
		if (kill) {
			if (!await(() -> this.shop.current().flag().report().sync().done() > 0)) {
				return fail("the backfill does not begin");
			}
			long repaired = this.shop.repaired();
			pause(BACKFILL_MILLIS);
			kill(repaired, List.of(act().orders()));
			this.counts.killedBackfill();
		}
		return true;
	}

	private boolean filled(MigrationStage stage) {
		if (!await(() -> !sync().isRunning())) {
			return fail("the backfill does not end");
		}
		FlagApi.Sync sync = sync();
		if (!sync.isDone()) {
			return fail("the backfill has not come to its end: " + sync);
		}
		this.progress.say("%d of %d orders copied to the %s store".formatted(sync.differences(), sync.done(),
				stage.authority().other().key()));
		return true;
	}

	/**
	 * Lets clients go on for the time of a stage, with kills at moments that nobody
	 * chooses.
	 */
	private boolean carryOn(int kills) {
		int enough = this.traffic.rounds() + 1;
		long millis = this.perAct.toMillis();
		for (int i = 0; i < kills; i++) {
			long part = millis / kills;
			long moment = this.random.nextLong(part + 1);
			pass(moment);
			long repaired = this.shop.repaired();
			pause(20);
			kill(repaired, List.of(act().orders()));
			pass(part - moment);
		}
		if (kills == 0) {
			pass(millis);
		}
		return await(() -> this.traffic.rounds() >= enough) || fail("clients do not get on at " + act());
	}

	/**
	 * Kills the shop and starts it again.
	 * @param stages at one of which the flag has to be then
	 */
	private void kill(long repaired, List<MigrationStage> stages) {
		this.shop.kill(repaired);
		this.counts.killed();
		this.keyless = true;
		this.shop.start();
		MigrationStage stage = stage();
		if (!stages.contains(stage)) {
			this.verdict.add("after a restart the flag was at %s, not at %s".formatted(stage.key(), stages));
		}
	}

	private MigrationStage stage() {
		return MigrationStage.of(this.shop.current().flag().report().stage());
	}

	private FlagApi.Sync sync() {
		return this.shop.current().flag().report().sync();
	}

	/**
	 * An order whose id was generated, and whose writer was killed before it was told,
	 * may be on one side, and nobody knows its key: whoever moves the flag has to look
	 * through all of them.
	 */
	private boolean refill() {
		this.keyless = false;
		FlagApi.Sync sync = run("backfill");
		if (sync == null || !sync.isDone()) {
			return fail("the backfill after a kill: " + sync);
		}
		return true;
	}

	private FlagApi.@Nullable Sync run(String task) {
		this.shop.current().flag().start(task);
		return await(() -> !sync().isRunning()) ? sync() : null;
	}

	/**
	 * Once nothing waits for repair any more: verified by the framework, and compared row
	 * by row with what was acknowledged.
	 */
	private void compare(String when) {
		this.traffic.quietly(() -> {
			this.clients.forEach(CrashClient::settle);
			// once more while it came too early for a write that was killed
			if (!await(() -> !refill() || this.shop.current().flag().report().repairs().isEmpty())) {
				fail("keys still wait for repair " + when);
			}
			FlagApi.Sync verification = run("verification");
			if (verification == null || !verification.isDone() || verification.differences() > 0) {
				fail("the verification %s: %s".formatted(when, verification));
			}
			StoreComparison result = this.checks.bothStores(when, this.ledger, this.stores);
			this.progress.say("Stores %s: %d orders with %d lines verified, and compared row by row: %s".formatted(when,
					result.orders(), result.lines(),
					result.findings().isEmpty() ? "all equal" : result.findings().size() + " NOT EQUAL"));
			return true;
		});
	}

	private boolean await(BooleanSupplier condition) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				return false;
			}
			show();
			Pace.pause();
		}
		return true;
	}

	private void pass(long millis) {
		long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
		while (System.nanoTime() < end) {
			show();
			Pace.pause();
		}
	}

	private void show() {
		this.progress.show(act(), (double) this.number / Act.CRASH.size(), this.traffic.calls(),
				this.ledger.errorCount());
	}

	private void pause(int millis) {
		try {
			Thread.sleep(this.random.nextInt(millis));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new Pace.CancelledException();
		}
	}

	private boolean fail(String finding) {
		this.verdict.add(finding);
		return false;
	}

}
