package dev.migrationflags.sample.chaos;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Decides what becomes of the calls of the new sides.
 */
public final class Chaos {

	/**
	 * For how long a side hangs; longer than every time-out of the rehearsal.
	 */
	public static final Duration HANG = Duration.ofSeconds(5);

	private static final Duration SLOW = Duration.ofMillis(300);

	private final AtomicInteger strikes = new AtomicInteger();

	private volatile Spell spell = new Spell(Mood.HEALTHY, new CountDownLatch(1));

	/**
	 * Changes the mood of the new sides. Whoever still hangs in the mood before fails
	 * now.
	 * @param mood the next one, or the same, which changes nothing
	 */
	public void become(Mood mood) {
		Spell before = this.spell;
		if (before.mood() != mood) {
			this.spell = new Spell(mood, new CountDownLatch(1));
			before.over().countDown();
		}
	}

	/**
	 * Called by a new side before it does its work.
	 */
	void strike() {
		Spell now = this.spell;
		boolean second = this.strikes.incrementAndGet() % 2 == 0;
		switch (now.mood()) {
			case HEALTHY -> {
			}
			case SLOW -> await(now, SLOW, false);
			case FAILING -> {
				if (second) {
					throw new AssertionError("chaos: the new side is broken");
				}
				throw new DataAccessResourceFailureException("chaos: the new side is down");
			}
			case HANGING -> {
				await(now, HANG, second);
				throw new DataAccessResourceFailureException("chaos: the new side has hung");
			}
		}
	}

	private static void await(Spell spell, Duration duration, boolean stubborn) {
		long end = System.nanoTime() + duration.toNanos();
		boolean interrupted = false;
		boolean waiting = true;
		while (waiting) {
			try {
				waiting = false;
				spell.over().await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				interrupted = true;
				waiting = stubborn;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
			throw new DataAccessResourceFailureException("chaos: the new side was interrupted");
		}
	}

	private record Spell(Mood mood, CountDownLatch over) {
	}

}
