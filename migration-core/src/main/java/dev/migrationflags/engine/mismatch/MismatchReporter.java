package dev.migrationflags.engine.mismatch;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.Difference;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.Mismatch;
import dev.migrationflags.MismatchListener;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.engine.pool.DaemonThreads;

/**
 * Keeps the last mismatches of each flag and tells the listeners, one after the other on
 * a thread of its own that goes away when there is nothing to tell. If listeners are
 * slower than mismatches, mismatches are dropped for them, not piled up.
 */
public final class MismatchReporter implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(MismatchReporter.class);

	private static final int QUEUE = 256;

	private static final int IDLE_SECONDS = 5;

	private final WarnOnce trouble = new WarnOnce(logger);

	private final KeyDigest digest = new KeyDigest();

	private final Map<String, Deque<Mismatch>> recent = new ConcurrentHashMap<>();

	private final int keep;

	private final Supplier<List<MismatchListener>> listeners;

	private final Clock clock;

	private final ThreadPoolExecutor thread;

	private volatile MismatchListener counter = (mismatch) -> {
	};

	/**
	 * Creates a reporter.
	 * @param keep how many mismatches are kept per flag
	 * @param listeners gives the listeners; asked for on the reporter's own thread
	 * @param clock tells the time of a mismatch
	 */
	public MismatchReporter(int keep, Supplier<List<MismatchListener>> listeners, Clock clock) {
		this.keep = keep;
		this.listeners = listeners;
		this.clock = clock;
		this.thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE),
				DaemonThreads.named("migration-listeners"), new ThreadPoolExecutor.DiscardPolicy());
		this.thread.allowCoreThreadTimeOut(true);
	}

	/**
	 * Has every mismatch counted, at once and on the thread that found it, while the
	 * listeners may miss some.
	 * @param counter counts, without waiting for anything
	 */
	public void countedBy(MismatchListener counter) {
		this.counter = counter;
	}

	/**
	 * Reports a mismatch. Never throws.
	 * @param flag the key of the flag
	 * @param operation the operation
	 * @param stage the stage of the read
	 * @param key the key of the entity, or {@code null} if there is none
	 * @param differences where and in what way the sides differ
	 */
	public void report(String flag, String operation, MigrationStage stage, @Nullable Object key,
			List<Difference> differences) {
		try {
			String keyDigest = digest(key);
			Mismatch mismatch = new Mismatch(flag, operation, stage, this.clock.instant(), keyDigest, differences);
			keep(mismatch);
			this.counter.onMismatch(mismatch);
			logger.debug("Mismatch: flag {}, operation {}, stage {}, key digest {}: {}", flag, operation, stage.key(),
					keyDigest, differences);
			this.thread.execute(() -> tell(mismatch));
		}
		catch (Throwable ex) {
			this.trouble.warn("A mismatch could not be reported", ex);
		}
	}

	private @Nullable String digest(@Nullable Object key) {
		try {
			return (key != null) ? this.digest.of(key) : null;
		}
		catch (Throwable ex) {
			this.trouble.warn("The key of a mismatch could not be read", ex);
			return null;
		}
	}

	private void keep(Mismatch mismatch) {
		Deque<Mismatch> list = this.recent.computeIfAbsent(mismatch.flag(), (flag) -> new ArrayDeque<>());
		synchronized (list) {
			list.addFirst(mismatch);
			while (list.size() > this.keep) {
				list.removeLast();
			}
		}
	}

	private void tell(Mismatch mismatch) {
		try {
			for (MismatchListener listener : this.listeners.get()) {
				tell(listener, mismatch);
			}
		}
		catch (Throwable ex) {
			this.trouble.warn("The mismatch listeners could not be found", ex);
		}
	}

	private void tell(MismatchListener listener, Mismatch mismatch) {
		try {
			listener.onMismatch(mismatch);
		}
		catch (Throwable ex) {
			this.trouble.warn("A mismatch listener failed", ex);
		}
	}

	/**
	 * The last mismatches of a flag.
	 * @param flag the key of the flag
	 * @return the mismatches, newest first
	 */
	public List<Mismatch> recent(String flag) {
		Deque<Mismatch> list = this.recent.get(flag);
		if (list == null) {
			return List.of();
		}
		synchronized (list) {
			return List.copyOf(list);
		}
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

}
