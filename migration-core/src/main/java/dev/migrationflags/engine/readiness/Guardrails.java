package dev.migrationflags.engine.readiness;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import dev.migrationflags.GuardrailEvent;
import dev.migrationflags.GuardrailEvent.Action;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageMoves;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guardrails of an application, for the flags that have asked for one: looks at their
 * last calls every few seconds, on a daemon thread of its own. Each node looks at its own
 * calls.
 */
public final class Guardrails implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Guardrails.class);

	private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final EngineMeters meters;

	private final Consumer<GuardrailEvent> publisher;

	private final Clock clock;

	private final LongSupplier nanoTime;

	private final FlagRegistry flags;

	private final StageMoves moves;

	private @Nullable List<FlagGuard> guards;

	private volatile @Nullable Thread thread;

	private volatile boolean closed;

	/**
	 * Creates guardrails, which do nothing until they are started.
	 * @param flags the flags
	 * @param moves moves them
	 * @param meters what is known of calls
	 * @param publisher is told of what is done, on the thread of the guardrails; what it
	 * throws is logged
	 * @param clock gives the time of events
	 * @param nanoTime tells the time that passes, as {@link System#nanoTime()} does
	 */
	public Guardrails(FlagRegistry flags, StageMoves moves, EngineMeters meters, Consumer<GuardrailEvent> publisher,
			Clock clock, LongSupplier nanoTime) {
		this.flags = flags;
		this.moves = moves;
		this.meters = meters;
		this.publisher = publisher;
		this.clock = clock;
		this.nanoTime = nanoTime;
	}

	/**
	 * Begins to look every few seconds, if any flag has a guardrail.
	 */
	public synchronized void start() {
		boolean wanted = this.flags.all().stream().anyMatch((flag) -> flag.definition().guardrail().enabled());
		if (wanted && this.thread == null && !this.closed) {
			Thread thread = new Thread(null, this::run, "migration-guardrail", 0, false);
			thread.setDaemon(true);
			this.thread = thread;
			thread.start();
		}
	}

	private void run() {
		while (!this.closed) {
			LockSupport.parkNanos(this, PERIOD_NANOS);
			if (!this.closed) {
				tick();
			}
		}
	}

	/**
	 * Looks at the last calls of every flag that has a guardrail, and does what they call
	 * for. Does not throw.
	 */
	public synchronized void tick() {
		try {
			for (FlagGuard guard : guards()) {
				tick(guard);
			}
		}
		catch (RuntimeException | Error ex) {
			logger.warn("The guardrails cannot look", ex);
		}
	}

	/**
	 * Made at the first look, when the stages are known.
	 */
	private List<FlagGuard> guards() {
		List<FlagGuard> guards = this.guards;
		if (guards == null) {
			guards = this.flags.all()
				.stream()
				.filter((flag) -> flag.definition().guardrail().enabled())
				.map((flag) -> new FlagGuard(flag, this.moves, this.meters, this::tell))
				.toList();
			this.guards = guards;
		}
		return guards;
	}

	private void tick(FlagGuard guard) {
		try {
			guard.tick(this.nanoTime.getAsLong());
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A guardrail failed; it looks again", ex);
		}
	}

	private void tell(Flag flag, MigrationStage stage, Action action, String reason) {
		logger.warn("Guardrail of flag '{}' at {}: {}, because {}", flag.key(), stage.key(), action.key(), reason);
		this.meters.guardrail(flag.key(), action.key());
		if (action == Action.STOPPED || action == Action.RESUMED) {
			flag.note(new StageChangedEvent(flag.key(), stage, stage,
					"second side of reads " + action.key() + ": " + reason, FlagGuard.ACTOR, flag.epoch(), false,
					this.clock.instant()));
		}
		try {
			this.publisher.accept(new GuardrailEvent(flag.key(), stage, action, reason, this.clock.instant()));
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A listener of guardrails failed", ex);
		}
	}

	@Override
	public void close() {
		// does not wait for a move that is under way
		this.closed = true;
		LockSupport.unpark(this.thread);
	}

}
