package dev.migrationflags.engine.sync;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import dev.migrationflags.MigrationException;
import dev.migrationflags.MigrationSync;
import dev.migrationflags.SyncStatus;
import dev.migrationflags.SyncStatus.Kind;
import dev.migrationflags.SyncStatus.State;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.mark.CopyWatch;
import dev.migrationflags.engine.mark.KeyCopy;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.pool.DaemonThreads;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backfills and verifies on threads of its own, one per flag and four at once. What runs
 * is kept in a {@link SyncStore}: a node that finds something there that runs and that
 * nobody works on takes it up.
 */
public final class BackgroundSync implements MigrationSync, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(BackgroundSync.class);

	private static final int THREADS = 4;

	private static final Duration GRACE = Duration.ofSeconds(2);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final Parts parts;

	private final SyncSettings settings;

	private final Era era;

	private final Everybody everybody;

	private final Map<String, SyncRun> running = new ConcurrentHashMap<>();

	private final Map<String, Boolean> waiting = new ConcurrentHashMap<>();

	/** As of the last look at the store. */
	private volatile Map<String, Checkpoint> seen = Map.of();

	private final ThreadPoolExecutor workers;

	private @Nullable ScheduledThreadPoolExecutor watch;

	private volatile boolean closed;

	/**
	 * Creates it; nothing is begun before {@link #start}.
	 * @param parts what it works with
	 * @param settings how fast it is
	 */
	public BackgroundSync(Parts parts, SyncSettings settings) {
		this.parts = parts;
		this.settings = settings;
		this.era = new Era(parts.stages());
		this.everybody = new Everybody(parts.stages(), parts.clock());
		this.workers = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				DaemonThreads.numbered("migration-sync-"));
		this.workers.allowCoreThreadTimeOut(true);
	}

	/**
	 * Goes on with what was begun, here before a restart or on a node that has died, and
	 * shows how far it is. Does nothing where no flag has keyed stores.
	 */
	public synchronized void start() {
		if (this.closed || this.watch != null || sides().isEmpty()) {
			return;
		}
		sides().keySet().forEach(this::gauges);
		this.watch = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("migration-sync"));
		this.watch.scheduleWithFixedDelay(this::look, 0, this.settings.interval().toNanos(), TimeUnit.NANOSECONDS);
	}

	private void gauges(String flag) {
		EngineMeters meters = this.parts.meters();
		meters.flagGauge("migration.sync.running", "Whether a backfill or a verification runs, here or on another node",
				flag, () -> value(flag, (at) -> at.isRunning() ? 1 : 0));
		meters.flagGauge("migration.sync.done", "Keys that the last backfill or verification has looked at", flag,
				() -> value(flag, Checkpoint::done));
		meters.flagGauge("migration.sync.rate", "Keys per second of the last backfill or verification", flag,
				() -> value(flag, Checkpoint::rate));
		meters.flagGauge("migration.sync.differences", "Keys that differed in the last backfill or verification", flag,
				() -> value(flag, Checkpoint::differences));
		meters.flagGauge("migration.sync.unsettled",
				"Keys that the last backfill or verification could not copy or compare", flag,
				() -> value(flag, Checkpoint::unsettled));
	}

	private double value(String flag, ToDoubleFunction<Checkpoint> value) {
		Checkpoint at = this.seen.get(flag);
		return (at != null) ? value.applyAsDouble(at) : Double.NaN;
	}

	/**
	 * Shows that what runs here is alive, and looks for what nobody works on.
	 */
	private void look() {
		try {
			this.running.forEach((flag, run) -> {
				if (!this.parts.store().renew(flag, run.owner(), this.settings.lease())) {
					run.stop();
				}
			});
			Map<String, Checkpoint> seen = this.parts.store().find(sides().keySet());
			this.seen = seen;
			seen.forEach((flag, checkpoint) -> {
				if (checkpoint.isRunning() && !this.running.containsKey(flag)) {
					submit(flag);
				}
			});
		}
		catch (Throwable ex) {
			this.trouble.warn("What backfills and verifications there are cannot be told", ex);
		}
	}

	@Override
	public void backfill(String flag) {
		begin(flag, Kind.BACKFILL);
	}

	@Override
	public void verify(String flag) {
		begin(flag, Kind.VERIFICATION);
	}

	private void begin(String key, Kind kind) {
		Flag flag = this.parts.flags().get(key);
		if (!sides().containsKey(key)) {
			throw new MigrationException(
					"Flag '%s' has no keyed stores, so there are no keys to go through: let a bean of each side implement KeyedStore under @Migration(flag = \"%s\")"
						.formatted(key, key));
		}
		long epoch = flag.epoch();
		if (!flag.stage().writesBoth()) {
			throw new MigrationException(
					"Flag '%s' is at %s, where writes go to one side only: a %s would be out of date at once; move it to dualwrite, shadow, live or rampdown"
						.formatted(key, flag.stage().key(), kind.key()));
		}
		if (flag.mixesClasses()) {
			throw new MigrationException(
					"Flag '%s' is at %s, and its rollout or cohorts give some contexts a stage of another class: which side leads cannot be told of a key"
						.formatted(key, flag.stage().key()));
		}
		Checkpoint last = find(key);
		Checkpoint first = (last != null && last.kind() == kind && last.state() == State.FAILED)
				? last.in(State.RUNNING) : Checkpoint.first(kind, epoch);
		if (!this.parts.store().start(key, first)) {
			throw new MigrationException("A %s of flag '%s' runs already: wait until it is done, or cancel it"
				.formatted((last != null) ? last.kind().key() : "run", key));
		}
		logger.info("The {} of flag '{}' begins at {}", kind.key(), key, flag.stage().key());
		start();
		submit(key);
	}

	/**
	 * The last one as it is now: void if the class of the stage has changed since.
	 */
	private @Nullable Checkpoint find(String key) {
		Checkpoint found = this.parts.store().find(List.of(key)).get(key);
		Flag flag = this.parts.flags().get(key);
		if (found == null || found.state() == State.VOID || !this.era.isOver(flag, found.epoch(), flag.epoch())) {
			return found;
		}
		this.parts.store().change(key, found, State.VOID);
		return found.in(State.VOID);
	}

	@Override
	public SyncStatus status(String flag) {
		this.parts.flags().get(flag);
		Checkpoint checkpoint;
		try {
			checkpoint = find(flag);
		}
		catch (MigrationException | IllegalStateException ex) {
			this.trouble.warn("How far the backfill or verification of flag '%s' is cannot be told".formatted(flag),
					ex);
			checkpoint = this.seen.get(flag);
		}
		return (checkpoint != null) ? checkpoint.status() : SyncStatus.IDLE;
	}

	@Override
	public void cancel(String flag) {
		this.parts.flags().get(flag);
		Checkpoint seen = find(flag);
		while (seen != null && seen.isRunning()) {
			if (this.parts.store().change(flag, seen, State.CANCELLED)) {
				logger.info("The {} of flag '{}' is cancelled", seen.kind().key(), flag);
			}
			seen = find(flag);
		}
		SyncRun run = this.running.get(flag);
		if (run != null) {
			run.stop();
		}
	}

	@Override
	public int retryParked(String flag) {
		this.parts.flags().get(flag);
		return this.parts.marks().retryParked(flag);
	}

	/**
	 * What there is to say of a flag in its readiness.
	 * @param flag the flag
	 * @return the last backfill or verification, or {@code null} if there was none
	 * @throws RuntimeException if the store is out of reach
	 */
	@Nullable Checkpoint last(Flag flag) {
		return find(flag.key());
	}

	boolean hasStores(Flag flag) {
		return sides().containsKey(flag.key());
	}

	private Map<String, KeyedSides> sides() {
		return this.parts.sides().get();
	}

	private void submit(String flag) {
		if (!this.closed && this.waiting.putIfAbsent(flag, true) == null) {
			this.workers.execute(() -> {
				this.waiting.remove(flag);
				work(flag);
			});
		}
	}

	private void work(String key) {
		KeyedSides sides = sides().get(key);
		Flag flag = this.parts.flags().find(key);
		if (sides == null || flag == null || this.closed) {
			return;
		}
		try {
			String owner = UUID.randomUUID().toString();
			Checkpoint checkpoint = this.parts.store().take(key, owner, this.settings.lease());
			if (checkpoint == null) {
				return;
			}
			SyncRun run = new SyncRun(flag, sides, this.parts.marks(), this.parts.store(), this.era, this.everybody,
					this.settings, owner, checkpoint, (kind, halt) -> work(kind, flag, sides, halt));
			this.running.put(key, run);
			try {
				if (!this.closed) {
					run.run();
				}
			}
			finally {
				this.running.remove(key, run);
				this.parts.store().release(key, owner);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Throwable ex) {
			this.trouble.warn("What goes through flag '%s' has been interrupted".formatted(key), ex);
		}
	}

	private Work work(Kind kind, Flag flag, KeyedSides sides, Halt halt) {
		Duration deadline = flag.definition().settings().write().deadline();
		if (kind == Kind.BACKFILL) {
			return new Backfill(flag.key(), sides, this.parts.marks(),
					new KeyCopy(flag.key(), sides, this.parts.stages(), this.parts.copies().apply(flag)), deadline,
					this.settings.backoff(), halt);
		}
		ValueComparison comparison = new ValueComparison(flag.definition().settings().comparison(),
				this.parts.comparators(), this.parts.includeValues());
		// so that keys of writers that have died are repaired meanwhile
		return new Verification(flag, sides, this.parts.marks(), comparison, this.parts.reporter(),
				deadline.multipliedBy(2), halt);
	}

	/**
	 * Stops what runs here. It goes on where the store is durable: on another node at
	 * once, here after a restart.
	 */
	@Override
	public void close() {
		this.closed = true;
		synchronized (this) {
			if (this.watch != null) {
				this.watch.shutdownNow();
			}
		}
		this.running.values().forEach(SyncRun::stop);
		this.workers.shutdown();
		try {
			if (!this.workers.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
				this.workers.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.workers.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What backfills and verifications work with.
	 *
	 * @param flags the flags
	 * @param sides gives the keyed stores by the key of the flag; grows at start-up only
	 * @param marks the marks
	 * @param stages knows which side leads
	 * @param store keeps how far they are
	 * @param comparators finds the application's comparators
	 * @param includeValues whether differences that are reported carry values
	 * @param reporter is told of differences
	 * @param meters shows how far they are
	 * @param clock tells the time of day
	 * @param copies who wants to know what is copied of a flag
	 */
	public record Parts(FlagRegistry flags, Supplier<Map<String, KeyedSides>> sides, MarkStore marks, StageStore stages,
			SyncStore store, ComparatorLookup comparators, boolean includeValues, MismatchReporter reporter,
			EngineMeters meters, Clock clock, Function<Flag, CopyWatch> copies) {
	}

}
