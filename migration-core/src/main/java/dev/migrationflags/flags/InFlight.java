package dev.migrationflags.flags;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

import org.jspecify.annotations.Nullable;

/**
 * The writes of a flag that are under way since its authority changed last: from the
 * moment at which their stage is decided until nothing of them will write any more. One
 * count of those that have entered and one of those that have left, in stripes, so that
 * callers do not get into each other's way. Made of atomics, and not of adders, because
 * whoever has entered must be seen by whoever looks afterwards.
 */
public final class InFlight {

	private static final int STRIPES = 16;

	/** As many counts as keep two stripes off one cache line. */
	private static final int PADDING = 16;

	private static final int LEFT = 1;

	private final AtomicLongArray counts = new AtomicLongArray(STRIPES * PADDING);

	/**
	 * How many of them the current thread has to end itself. Only types of the JDK, so
	 * that a thread which outlives the application does not keep its classes.
	 */
	private final ThreadLocal<AtomicInteger> own = ThreadLocal.withInitial(AtomicInteger::new);

	/**
	 * Those of the authority before, and through them those of earlier ones that have not
	 * ended.
	 */
	private volatile @Nullable InFlight earlier;

	InFlight() {
		this(null);
	}

	/**
	 * The writes that follow others.
	 * @param before the writes of the authority before
	 */
	InFlight(@Nullable InFlight before) {
		this.earlier = before;
		if (before != null && before.earlier() == 0) {
			before.earlier = null;
		}
	}

	/**
	 * How many of those under earlier authorities have not ended, as they were not waited
	 * for. Each of them may still write.
	 */
	long earlier() {
		InFlight earlier = this.earlier;
		return (earlier != null) ? earlier.pending() + earlier.earlier() : 0;
	}

	void enter() {
		this.counts.incrementAndGet(stripe());
		this.own.get().incrementAndGet();
	}

	/**
	 * A write is over that the current thread has entered, and for which nobody has made
	 * a ticket.
	 */
	public void leave() {
		this.own.get().decrementAndGet();
		left();
	}

	/**
	 * Lets a write that the current thread has entered end on another one, or later.
	 * @return what ends it, instead of {@link #leave()}
	 */
	public Ticket ticket() {
		return new Ticket(this, this.own.get());
	}

	/**
	 * Works for a write that another thread has entered: as long as that lasts the calls
	 * of this thread are part of it, and are not held.
	 */
	public void join() {
		this.own.get().incrementAndGet();
	}

	/**
	 * Ends {@link #join()}.
	 */
	public void part() {
		this.own.get().decrementAndGet();
	}

	void left() {
		this.counts.incrementAndGet(stripe() + LEFT);
	}

	/**
	 * Whether the current thread is inside of a write that is under way, or has one that
	 * waits for the end of its transaction.
	 * @return whether it is
	 */
	public boolean isOwn() {
		return own() > 0;
	}

	/**
	 * The writes that cannot end before the current thread goes on.
	 */
	int own() {
		return this.own.get().get();
	}

	/**
	 * How many are under way; exact only if nobody enters in the meantime. What has left
	 * is counted first: then the answer is never too small.
	 */
	long pending() {
		long left = sum(LEFT);
		return sum(0) - left;
	}

	private long sum(int offset) {
		long sum = 0;
		for (int stripe = 0; stripe < STRIPES; stripe++) {
			sum += this.counts.get(stripe * PADDING + offset);
		}
		return sum;
	}

	@SuppressWarnings("deprecation")
	private static int stripe() {
		// getId is deprecated since 19, its successor is not there before
		return ((int) Thread.currentThread().getId() & (STRIPES - 1)) * PADDING;
	}

	/**
	 * A write that may end on any thread. Safe for use by several threads.
	 */
	public static final class Ticket {

		private final InFlight inFlight;

		private final AtomicInteger own;

		private boolean handedOver;

		private boolean over;

		private Ticket(InFlight inFlight, AtomicInteger own) {
			this.inFlight = inFlight;
			this.own = own;
		}

		/**
		 * The thread that has entered goes on, the write does too.
		 */
		public synchronized void handOver() {
			if (!this.handedOver) {
				this.handedOver = true;
				this.own.decrementAndGet();
			}
		}

		/**
		 * Nothing of this write will write any more. Repeating it does nothing.
		 */
		public synchronized void leave() {
			handOver();
			if (!this.over) {
				this.over = true;
				this.inFlight.left();
			}
		}

		/**
		 * The writes to which this one belongs.
		 * @return them
		 */
		public InFlight inFlight() {
			return this.inFlight;
		}

	}

}
