package dev.migrationflags.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.engine.mark.Claim;
import dev.migrationflags.engine.mark.MarkCounts;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mark.MemoryMarks;
import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.mark.Registration;
import dev.migrationflags.engine.mark.WriteIntent;
import org.jspecify.annotations.Nullable;

/**
 * Marks in memory that write down what is asked of them, and fail when a test says so.
 */
final class TestMarks implements MarkStore {

	final List<String> log = new CopyOnWriteArrayList<>();

	final List<String> threads = new CopyOnWriteArrayList<>();

	private final MemoryMarks marks = new MemoryMarks((flag, epoch) -> true);

	volatile boolean down;

	volatile int refusals;

	volatile Runnable beforeBegin = () -> {
	};

	volatile Runnable beforeLook = () -> {
	};

	boolean isMarked(Object... keys) {
		return this.marks.isMarked(TestEngine.FLAG, List.of(keys).stream().map(String::valueOf).toList());
	}

	boolean hasMarks() {
		return this.marks.hasMarks(TestEngine.FLAG);
	}

	/**
	 * How many marks nobody is registered for.
	 */
	long left() {
		return this.marks.counts(TestEngine.FLAG).pending();
	}

	/**
	 * Lets all registrations be gone, as a repair after their deadline does.
	 */
	void repairAll() {
		this.marks.voidAll(TestEngine.FLAG);
	}

	private void reach() {
		this.threads.add(Thread.currentThread().getName());
		if (this.down) {
			throw new MarkUnavailableException(TestEngine.FLAG, new IllegalStateException("down"));
		}
	}

	private void check() throws NotCurrentException {
		this.beforeBegin.run();
		if (this.refusals > 0) {
			this.refusals--;
			this.log.add("refused");
			throw new NotCurrentException("hold");
		}
	}

	@Override
	public boolean isDurable() {
		return true;
	}

	@Override
	public Registration begin(WriteIntent intent) throws NotCurrentException {
		reach();
		check();
		this.log.add("begin " + String.join(",", intent.keys()));
		return this.marks.begin(intent);
	}

	@Override
	public Registration beginWithoutKey(WriteIntent intent) throws NotCurrentException {
		reach();
		check();
		this.log.add("begin without key");
		return this.marks.beginWithoutKey(intent);
	}

	@Override
	public Registration begin(WriteIntent intent, @Nullable Registration provisional) {
		reach();
		this.log.add("begin at last " + String.join(",", intent.keys()));
		return this.marks.begin(intent, provisional);
	}

	@Override
	public boolean finish(Registration registration, boolean ok, boolean started) {
		reach();
		this.log.add("finish" + (ok ? " ok" : "") + (started ? "" : ", not started"));
		return this.marks.finish(registration, ok, started);
	}

	@Override
	public void finishLater(Registration registration) {
		this.log.add("finish later");
		this.marks.finishLater(registration);
	}

	@Override
	public void flush(String flag) {
		this.marks.flush(flag);
	}

	@Override
	public boolean isMarked(String flag, Collection<String> keys) {
		reach();
		this.beforeLook.run();
		return this.marks.isMarked(flag, keys);
	}

	@Override
	public boolean hasMarks(String flag) {
		return this.marks.hasMarks(flag);
	}

	@Override
	public List<Claim> claim(String flag, int limit, Duration lifetime) {
		return this.marks.claim(flag, limit, lifetime);
	}

	@Override
	public List<Claim> markAndClaim(String flag, List<String> keys, Duration lifetime) {
		return this.marks.markAndClaim(flag, keys, lifetime);
	}

	@Override
	public boolean repaired(Claim claim) {
		return this.marks.repaired(claim);
	}

	@Override
	public void failed(Claim claim, boolean started, @Nullable Duration retryIn, boolean counted) {
		this.marks.failed(claim, started, retryIn, counted);
	}

	@Override
	public MarkCounts counts(String flag) {
		return this.marks.counts(flag);
	}

	@Override
	public int retryParked(String flag) {
		return this.marks.retryParked(flag);
	}

	@Override
	public int voidAll(String flag) {
		return this.marks.voidAll(flag);
	}

	@Override
	public void close() {
		this.marks.close();
	}

}
