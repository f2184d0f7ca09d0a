package dev.migrationflags.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops asking a secondary side that has failed five times in a row, and probes it once a
 * second. Lock-free; the state of a closed breaker is only read.
 */
final class Breaker {

	static final int FAILURES = 5;

	static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final AtomicInteger failures = new AtomicInteger();

	private final AtomicLong nextProbe;

	private final Ticker ticker;

	Breaker() {
		this(System::nanoTime);
	}

	Breaker(Ticker ticker) {
		this.ticker = ticker;
		this.nextProbe = new AtomicLong(ticker.nanos());
	}

	/**
	 * Whether the side may be asked now. While the breaker is open, this is true once a
	 * second: for who asks first.
	 */
	boolean allows() {
		if (this.failures.get() < FAILURES) {
			return true;
		}
		long now = this.ticker.nanos();
		long due = this.nextProbe.get();
		return now - due >= 0 && this.nextProbe.compareAndSet(due, now + PROBE_NANOS);
	}

	void succeeded() {
		if (this.failures.get() != 0) {
			this.failures.set(0);
		}
	}

	void failed() {
		if (this.failures.get() < FAILURES) {
			// set before the breaker opens, or the first to see it open could probe at
			// once; never set back, by one who was held up here while others probed
			this.nextProbe.accumulateAndGet(this.ticker.nanos() + PROBE_NANOS,
					(known, due) -> (due - known > 0) ? due : known);
			this.failures.incrementAndGet();
		}
	}

	/**
	 * A monotonic clock.
	 */
	@FunctionalInterface
	interface Ticker {

		long nanos();

	}

}
