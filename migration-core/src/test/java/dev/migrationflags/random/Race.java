package dev.migrationflags.random;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.migrationflags.random.Tries.Check;
import org.jspecify.annotations.Nullable;

/**
 * Runs actions on the same state at the same moment, thousands of times, each on a thread
 * of its own and now and then a little late: for what has no locks and Lincheck cannot
 * look into. A stress test: it may miss a bug in one run, and never finds one that is not
 * there.
 *
 * @param <S> the state, a new one each time
 */
public final class Race<S> {

	/** The threads make their way through so many states, side by side. */
	private static final int BATCH = 200;

	private final Supplier<S> states;

	private final List<Check<S>> actions;

	private final int times;

	private Race(Supplier<S> states, List<Check<S>> actions, int times) {
		this.states = states;
		this.actions = actions;
		this.times = times;
	}

	public static <S> Race<S> of(Supplier<S> states) {
		return new Race<>(states, List.of(), 5000);
	}

	/**
	 * Runs this action too.
	 */
	public Race<S> run(Check<S> action) {
		List<Check<S>> actions = new ArrayList<>(this.actions);
		actions.add(action);
		return new Race<>(this.states, actions, this.times);
	}

	public Race<S> times(int times) {
		return new Race<>(this.states, this.actions, times);
	}

	/**
	 * Each time the state passes this check once all actions have ended.
	 */
	public void hold(Check<S> check) throws Throwable {
		for (int i = 0; i < this.times; i += BATCH) {
			List<S> batch = new ArrayList<>();
			for (int j = 0; j < Math.min(BATCH, this.times - i); j++) {
				batch.add(this.states.get());
			}
			race(batch);
			for (S state : batch) {
				check.check(state);
			}
		}
	}

	private void race(List<S> batch) throws Throwable {
		AtomicLongArray places = new AtomicLongArray(this.actions.size());
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		List<Thread> threads = new ArrayList<>();
		for (int lane = 0; lane < this.actions.size(); lane++) {
			int mine = lane;
			Thread thread = new Thread(() -> run(batch, mine, places, failure));
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		Throwable thrown = failure.get();
		if (thrown != null) {
			throw thrown;
		}
	}

	private void run(List<S> batch, int mine, AtomicLongArray places, AtomicReference<@Nullable Throwable> failure) {
		SplittableRandom random = new SplittableRandom();
		try {
			for (int place = 0; place < batch.size(); place++) {
				meet(mine, place + 1, places);
				for (int late = random.nextInt(4) * random.nextInt(40); late > 0; late--) {
					Thread.onSpinWait();
				}
				this.actions.get(mine).check(batch.get(place));
			}
		}
		catch (Throwable ex) {
			failure.compareAndSet(null, ex);
		}
		finally {
			places.set(mine, Long.MAX_VALUE);
		}
	}

	/**
	 * Spins for a moment, because who is woken up comes too late for a race; not for long
	 * if the other one has no processor.
	 */
	@SuppressWarnings("ThreadPriorityCheck")
	private static void meet(int mine, int place, AtomicLongArray places) {
		places.set(mine, place);
		for (int other = 0; other < places.length(); other++) {
			for (int spins = 0; places.get(other) < place; spins++) {
				if (spins < 1000) {
					Thread.onSpinWait();
				}
				else {
					Thread.yield();
				}
			}
		}
	}

}
