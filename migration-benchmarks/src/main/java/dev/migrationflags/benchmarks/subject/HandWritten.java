package dev.migrationflags.benchmarks.subject;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/**
 * The yardstick: what a team writes that migrates by hand, with the meters that it needs
 * and nothing else.
 */
public final class HandWritten {

	private final Store oldStore;

	private final Store newStore;

	private final Timer oldTimer;

	private final Timer newTimer;

	private final Counter matches;

	private final Counter mismatches;

	/**
	 * Creates it on two sides that return constants.
	 */
	public HandWritten() {
		this(new ConstantStore.Old(), new ConstantStore.New());
	}

	/**
	 * Creates it.
	 * @param oldStore the old side
	 * @param newStore the new side
	 */
	public HandWritten(Store oldStore, Store newStore) {
		MeterRegistry registry = new SimpleMeterRegistry();
		this.oldStore = oldStore;
		this.newStore = newStore;
		this.oldTimer = registry.timer("calls", "side", "old");
		this.newTimer = registry.timer("calls", "side", "new");
		this.matches = registry.counter("comparisons", "result", "match");
		this.mismatches = registry.counter("comparisons", "result", "mismatch");
	}

	/**
	 * One side, one timer.
	 * @param id what is read
	 * @return the value of the old side
	 */
	public String find(String id) {
		return timed(this.oldStore, this.oldTimer, id);
	}

	/**
	 * Both sides, two timers, one counter.
	 * @param id what is read
	 * @return the value of the old side
	 */
	public String findBoth(String id) {
		String oldValue = timed(this.oldStore, this.oldTimer, id);
		String newValue = timed(this.newStore, this.newTimer, id);
		compare(oldValue, newValue);
		return oldValue;
	}

	/**
	 * The same with three time stamps instead of four: the end of one side is the start
	 * of the other.
	 * @param id what is read
	 * @return the value of the old side
	 */
	public String findBothThrifty(String id) {
		long start = System.nanoTime();
		String oldValue = this.oldStore.find(id);
		long middle = System.nanoTime();
		String newValue = this.newStore.find(id);
		long end = System.nanoTime();
		this.oldTimer.record(middle - start, TimeUnit.NANOSECONDS);
		this.newTimer.record(end - middle, TimeUnit.NANOSECONDS);
		compare(oldValue, newValue);
		return oldValue;
	}

	/**
	 * Both sides, two timers.
	 * @param id what is written
	 * @return the value of the old side
	 */
	public String saveBoth(String id) {
		String value = timed(this.oldStore, this.oldTimer, id);
		timed(this.newStore, this.newTimer, id);
		return value;
	}

	private void compare(String oldValue, String newValue) {
		(Objects.equals(oldValue, newValue) ? this.matches : this.mismatches).increment();
	}

	private static String timed(Store store, Timer timer, String id) {
		long start = System.nanoTime();
		try {
			return store.find(id);
		}
		finally {
			timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
		}
	}

}
