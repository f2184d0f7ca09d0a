package dev.migrationflags.flags;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.migrationflags.StageChangedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dynamic sources of an application, in order. They are looked up when the first flag
 * needs them. Once started, they are asked for the base stage of every flag once a
 * second, and whenever one says that something has changed; listeners are told of moves
 * on a thread of their own.
 */
public final class FlagSources implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(FlagSources.class);

	private static final long POLL_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long FIRST_POLLS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final int EVENTS = 1000;

	private final boolean present;

	private final Supplier<List<StageSource>> lookUp;

	private final Supplier<Duration> startUpTimeout;

	private final SourceTrouble trouble;

	private final ThreadPoolExecutor events = events();

	private final ReentrantLock lookingUp = new ReentrantLock();

	private volatile SourceMoves moves = new SourceMoves(List.of(new Unchecked()), null, (event) -> {
	}, Clock.systemUTC());

	private volatile @Nullable List<LimitedSource> sources;

	private volatile @Nullable Thread poller;

	private volatile boolean changed;

	private volatile boolean closed;

	private FlagSources(boolean present, Supplier<List<StageSource>> lookUp, Supplier<Duration> startUpTimeout,
			SourceTrouble trouble) {
		this.present = present;
		this.lookUp = lookUp;
		this.startUpTimeout = startUpTimeout;
		this.trouble = trouble;
	}

	/**
	 * No dynamic sources.
	 * @return an empty set of sources
	 */
	public static FlagSources none() {
		return new FlagSources(false, List::of, () -> Duration.ZERO, (flag, source, message, cause) -> {
		});
	}

	/**
	 * The dynamic sources of an application.
	 * @param lookUp gives them in order, once
	 * @param startUpTimeout how long to wait for a stage that only they know
	 * @param trouble is told of every failure
	 * @return the sources, to be closed
	 */
	public static FlagSources of(Supplier<List<StageSource>> lookUp, Supplier<Duration> startUpTimeout,
			SourceTrouble trouble) {
		return new FlagSources(true, lookUp, startUpTimeout, trouble);
	}

	private static ThreadPoolExecutor events() {
		ThreadPoolExecutor events = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(EVENTS),
				(task) -> thread(task, "migration-source-events"));
		events.allowCoreThreadTimeOut(true);
		return events;
	}

	private static Thread thread(Runnable task, String name) {
		Thread thread = new Thread(null, task, name, 0, false);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Whether there are any, or may be.
	 * @return {@code false} if no flag can be served by a source
	 */
	public boolean isPresent() {
		return this.present;
	}

	boolean isStarted() {
		return this.poller != null;
	}

	SourceTrouble trouble() {
		return this.trouble;
	}

	SourceMoves moves() {
		return this.moves;
	}

	/**
	 * Lets sources move flags from now on as operators do: through the same checks, told
	 * to the same listeners.
	 */
	void moveWith(List<MoveCheck> checks, Mover mover, Consumer<StageChangedEvent> publisher, Clock clock) {
		this.moves = new SourceMoves(checks, mover, (event) -> publishLater(event, publisher), clock);
	}

	/**
	 * Tells listeners on a thread of their own.
	 */
	void publishLater(StageChangedEvent event, Consumer<StageChangedEvent> publisher) {
		try {
			this.events.execute(() -> publisher.accept(event));
		}
		catch (RejectedExecutionException ex) {
			if (!this.closed) {
				logger.warn("Listeners are too slow: they are not told that flag '{}' is at {}", event.flag(),
						event.to().key());
			}
		}
	}

	/**
	 * The sources in order.
	 * @return the sources, or {@code null} while they are being looked up: one of them
	 * calls a migrated operation while it is created, or another thread does
	 */
	@Nullable List<LimitedSource> all() {
		List<LimitedSource> sources = this.sources;
		return (sources != null) ? sources : lookUp();
	}

	private @Nullable List<LimitedSource> lookUp() {
		// does not wait: whoever looks up may wait for a bean that this thread creates
		if (this.lookingUp.isHeldByCurrentThread() || !this.lookingUp.tryLock()) {
			return this.sources;
		}
		try {
			if (this.sources == null) {
				List<LimitedSource> found = this.lookUp.get()
					.stream()
					.map((source) -> new LimitedSource(source, this::changed))
					.toList();
				this.sources = found;
			}
			return this.sources;
		}
		finally {
			this.lookingUp.unlock();
		}
	}

	/**
	 * Has all flags looked at soon.
	 */
	void changed() {
		this.changed = true;
		LockSupport.unpark(this.poller);
	}

	/**
	 * Waits until a source has told the stage of a flag, up to the time-out of start-up.
	 */
	void await(Flag flag) {
		awaitAll(List.of(flag));
	}

	/**
	 * Asks for the stages of flags, and waits for those that nobody else knows.
	 * @return what is wrong: the flags of which no source has told a stage in time
	 */
	List<Problem> awaitAll(Collection<Flag> flags) {
		if (!this.present) {
			return List.of();
		}
		flags.forEach(Flag::poll);
		List<Flag> unknown = new ArrayList<>(flags);
		unknown.removeIf(Flag::isKnown);
		if (unknown.isEmpty()) {
			return List.of();
		}
		long deadline = System.nanoTime() + this.startUpTimeout.get().toNanos();
		while (!unknown.isEmpty() && deadline - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, FIRST_POLLS_NANOS);
			unknown.forEach(Flag::poll);
			unknown.removeIf(Flag::isKnown);
		}
		return unknown.stream().map(FlagSources::unknownStage).toList();
	}

	static Problem unknownStage(Flag flag) {
		String key = flag.key();
		return new Problem("No source has told the stage of flag '%s' within migration.start-up-timeout".formatted(key),
				"flag '%s'".formatted(key),
				"See that one of the sources knows the flag, or set migration.flags.%1$s.default-stage, or migration.flags.%1$s.stage if no source is to serve it"
					.formatted(key));
	}

	/**
	 * Begins to look at the base stages of flags, every second.
	 * @param flags gives the flags
	 */
	synchronized void start(Supplier<Collection<Flag>> flags) {
		if (this.present && this.poller == null && !this.closed) {
			Thread poller = thread(() -> poll(flags), "migration-sources");
			this.poller = poller;
			poller.start();
		}
	}

	private void poll(Supplier<Collection<Flag>> flags) {
		while (!this.closed) {
			if (!this.changed) {
				LockSupport.parkNanos(this, POLL_NANOS);
			}
			this.changed = false;
			for (Flag flag : flags.get()) {
				if (!this.closed) {
					poll(flag);
				}
			}
		}
	}

	private static void poll(Flag flag) {
		try {
			flag.poll();
		}
		catch (Throwable ex) {
			logger.warn("The sources of flag '{}' could not be asked; it stays where it is", flag.key(), ex);
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		LockSupport.unpark(this.poller);
		this.events.shutdown();
		List<LimitedSource> sources = this.sources;
		if (sources != null) {
			sources.forEach(LimitedSource::close);
		}
	}

	/**
	 * Where nothing checks moves, sources cannot make the dangerous ones.
	 */
	private static final class Unchecked implements MoveCheck {

		@Override
		public String name() {
			return "unchecked";
		}

		@Override
		public String refusal(Move move) {
			return "nothing checks moves yet";
		}

	}

}
