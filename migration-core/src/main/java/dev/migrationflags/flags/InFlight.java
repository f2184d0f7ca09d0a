package dev.migrationflags.flags;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

	private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(int[].class);

	private static final int ENTERED = 0;

	private static final int ENDED = 1;

	/**
	 * How many of them each thread has to end itself: what it has entered, which only it
	 * changes, less what was ended for it, which anybody does. Only types of the JDK, so
	 * that a thread which outlives the application does not keep its classes.
	 */
	private final ThreadLocal<int[]> own = ThreadLocal.withInitial(() -> new int[2]);

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
		this.own.get()[ENTERED]++;
	}

	/**
	 * A write is over that the current thread has entered, and for which nobody has made
	 * a ticket.
	 */
	public void leave() {
		this.own.get()[ENTERED]--;
		left();
	}

	/**
	 * Works for a write that another thread has entered: as long as that lasts the calls
	 * of this thread are part of it, and are not held.
	 */
	void join() {
		this.own.get()[ENTERED]++;
	}

	/**
	 * Ends {@link #join()}.
	 */
	void part() {
		this.own.get()[ENTERED]--;
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
		int[] own = this.own.get();
		return own[ENTERED] - (int) COUNT.getAcquire(own, ENDED);
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
	 * A write that the current thread has entered, and that may end on another one, or
	 * later: instead of {@link #leave()}. Safe for use by several threads.
	 */
	public abstract static class Ticket {

		private static final int HANDED_OVER = 1;

		private static final int OVER = 2;

		private static final VarHandle STATE = state();

		private final int[] own;

		@SuppressWarnings("unused")
		private int state;

		/**
		 * Creates it, on the thread that has entered.
		 * @param inFlight the writes to which this one belongs
		 */
		protected Ticket(InFlight inFlight) {
			this.own = inFlight.own.get();
		}

		/**
		 * The writes to which this one belongs.
		 * @return always the same, those that it was created with
		 */
		protected abstract InFlight inFlight();

		/**
		 * The thread that has entered goes on, the write does too.
		 */
		public final void handOver() {
			if (((int) STATE.getAndBitwiseOr(this, HANDED_OVER) & HANDED_OVER) == 0) {
				COUNT.getAndAdd(this.own, ENDED, 1);
			}
		}

		/**
		 * Nothing of this write will write any more. Repeating it does nothing.
		 */
		protected final void leave() {
			int before = (int) STATE.getAndBitwiseOr(this, HANDED_OVER | OVER);
			if ((before & HANDED_OVER) == 0) {
				COUNT.getAndAdd(this.own, ENDED, 1);
			}
			if ((before & OVER) == 0) {
				inFlight().left();
			}
		}

		/**
		 * The current thread, another one, runs a side: what that side calls is part of
		 * this write.
		 */
		public final void join() {
			inFlight().join();
		}

		/**
		 * Ends {@link #join()}.
		 */
		public final void part() {
			inFlight().part();
		}

		private static VarHandle state() {
			try {
				return MethodHandles.lookup().findVarHandle(Ticket.class, "state", int.class);
			}
			catch (ReflectiveOperationException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

	}

}
