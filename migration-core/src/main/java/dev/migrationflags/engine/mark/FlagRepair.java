package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.engine.mark.KeyCopy.Outcome;
import dev.migrationflags.engine.mark.KeyRepairs.Settings;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.Repairs;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs the keys of one flag, one after the other on one thread. A key that fails
 * counts towards being parked only if another one was repaired in the meantime: while
 * none is, a side is down, and one key is tried now and then.
 */
final class FlagRepair implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(FlagRepair.class);

	private static final int DOWN = 3;

	private static final int REMEMBERED = 10_000;

	private final WarnOnce trouble = new WarnOnce(logger);

	private final Semaphore woken = new Semaphore(0);

	private final Map<String, Failure> failures = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Failure> eldest) {
			return size() > REMEMBERED;
		}

	};

	private final Flag flag;

	private final MarkStore marks;

	private final KeyCopy copy;

	private final Settings settings;

	private final Consumer<String> results;

	private final Duration lifetime;

	private final int batch;

	private long repairs;

	/** Written by the thread of the repair. */
	private volatile int failuresInARow;

	private long nextNanos = System.nanoTime();

	private long countedAt;

	private volatile Repairs counts = Repairs.UNKNOWN;

	private volatile boolean closed;

	private volatile @Nullable Thread thread;

	FlagRepair(Flag flag, MarkStore marks, KeyCopy copy, Settings settings, Consumer<String> results) {
		this.flag = flag;
		this.marks = marks;
		this.copy = copy;
		this.settings = settings;
		this.results = results;
		this.lifetime = flag.definition().settings().write().deadline();
		// what is claimed together has to be copied within the lifetime of the claims
		this.batch = (int) Math.max(1, Math.min(settings.batch(), settings.rate() * this.lifetime.toMillis() / 4000));
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		while (!this.closed) {
			boolean more = false;
			try {
				more = this.flag.stage().writesBoth() && round();
				count(more);
			}
			catch (MarkUnavailableException ex) {
				this.counts = Repairs.UNKNOWN;
				this.trouble.warn("Keys of flag '" + this.flag.key() + "' cannot be repaired without the store", ex);
			}
			catch (Throwable ex) {
				this.counts = Repairs.UNKNOWN;
				this.trouble.warn("Repair of flag '" + this.flag.key() + "' failed, and goes on", ex);
			}
			if (!more) {
				rest();
			}
		}
	}

	/**
	 * Repairs a batch of keys.
	 * @return whether there may be more to do now
	 */
	private boolean round() {
		boolean down = this.failuresInARow >= DOWN;
		long deadline = System.nanoTime() + this.lifetime.toNanos();
		List<Claim> claims = this.marks.claim(this.flag.key(), down ? 1 : this.batch, this.lifetime);
		int next = 0;
		try {
			while (next < claims.size() && !this.closed && (down || this.failuresInARow < DOWN)) {
				repair(claims.get(next++), deadline);
			}
		}
		finally {
			claims.subList(next, claims.size())
				.forEach((claim) -> this.marks.failed(claim, false, Duration.ZERO, false));
		}
		return !claims.isEmpty() && this.failuresInARow < DOWN;
	}

	private void repair(Claim claim, long deadline) {
		pace();
		KeyCopy.Attempt attempt = new KeyCopy.Attempt();
		Outcome outcome;
		try {
			outcome = this.copy.copy(claim.key(), deadline, KeyCopy.Needed.ALWAYS, attempt);
		}
		catch (Throwable ex) {
			failed(claim, attempt.isStarted(), ex);
			return;
		}
		if (outcome == Outcome.COPIED || outcome == Outcome.SAME) {
			this.repairs++;
			this.failuresInARow = 0;
			this.failures.remove(claim.key());
			this.marks.repaired(claim);
			this.results.accept("repaired");
		}
		else {
			this.marks.failed(claim, false, (outcome == Outcome.LATE) ? Duration.ZERO : this.settings.interval(),
					false);
		}
	}

	private void failed(Claim claim, boolean started, Throwable cause) {
		this.failuresInARow = this.failuresInARow + 1;
		Failure before = this.failures.get(claim.key());
		boolean own = before != null && before.repairs() < this.repairs;
		Failure failure = new Failure((before != null) ? before.times() + 1 : 1, this.repairs);
		boolean parked = own && claim.attempts() + 1 >= this.settings.attempts();
		if (parked) {
			this.failures.remove(claim.key());
		}
		else {
			this.failures.put(claim.key(), failure);
		}
		this.marks.failed(claim, started, parked ? null : backOff(failure.times()), own);
		this.results.accept(parked ? "parked" : "failed");
		this.trouble.warn(
				"A key of flag '%s' could not be repaired%s".formatted(this.flag.key(),
						parked ? " and is parked: MigrationSync.retryParked tries it again" : ", and is tried again"),
				cause);
	}

	/**
	 * Doubles with each failure; longer than the time between two tries of a side that is
	 * down, so that it is not always the same key that is tried.
	 */
	private Duration backOff(int times) {
		long base = Math.min(this.settings.maxBackoff().toMillis(),
				this.settings.backoff().toMillis() << Math.min(times - 1, 20));
		if (this.failuresInARow >= DOWN) {
			base = Math.max(base, 2 * probeMillis());
		}
		return Duration.ofMillis(base / 2 + ThreadLocalRandom.current().nextLong(base / 2 + 1));
	}

	private long probeMillis() {
		return Math.max(1, this.settings.backoff().toMillis());
	}

	/**
	 * Keeps a side that has just come back from being run over.
	 */
	private void pace() {
		long now = System.nanoTime();
		long wait = this.nextNanos - now;
		if (wait > 0) {
			LockSupport.parkNanos(wait);
		}
		this.nextNanos = Math.max(this.nextNanos, now) + TimeUnit.SECONDS.toNanos(1) / this.settings.rate();
	}

	private void count(boolean busy) {
		long now = System.nanoTime();
		if (busy && now - this.countedAt < this.settings.interval().toNanos()) {
			return;
		}
		this.countedAt = now;
		MarkCounts marks = this.marks.counts(this.flag.key());
		Duration oldest = marks.oldest();
		this.counts = new Repairs(marks.pending(), marks.parked(), (oldest != null) ? oldest : Duration.ZERO);
	}

	private void rest() {
		try {
			boolean down = this.failuresInARow >= DOWN;
			long millis = down ? probeMillis() : this.settings.interval().toMillis();
			if (down) {
				// whoever ends a write now cannot make the side come back
				Thread.sleep(millis);
			}
			else if (this.woken.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
				this.woken.drainPermits();
			}
		}
		catch (InterruptedException ex) {
			if (!this.closed) {
				this.trouble.warn("The repair of flag '" + this.flag.key() + "' was interrupted, and goes on", ex);
			}
		}
	}

	void wake() {
		if (this.woken.availablePermits() == 0) {
			this.woken.release();
		}
	}

	boolean isFailing() {
		return this.failuresInARow > 0;
	}

	Repairs counts() {
		return this.counts;
	}

	void close() {
		this.closed = true;
		Thread thread = this.thread;
		if (thread != null) {
			thread.interrupt();
		}
		wake();
	}

	/**
	 * How a key has failed.
	 *
	 * @param times how often in a row
	 * @param repairs how many keys had been repaired when it failed last
	 */
	private record Failure(int times, long repairs) {
	}

}
