package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Marks in this process: they protect against failed and overlapping writes, not against
 * its end. Of one flag at a time one operation begins or ends, which takes well below a
 * microsecond.
 */
public final class MemoryMarks implements MarkStore {

	private final Map<String, MemoryFlagMarks> flags = new ConcurrentHashMap<>();

	private final AtomicLong ids = new AtomicLong();

	private final PinCheck pins;

	private final LongSupplier clock;

	private volatile Consumer<String> left = (flag) -> {
	};

	/**
	 * Creates marks.
	 * @param pins says whether operations may begin
	 */
	public MemoryMarks(PinCheck pins) {
		this(pins, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
	}

	MemoryMarks(PinCheck pins, LongSupplier millis) {
		this.pins = pins;
		this.clock = millis;
	}

	@Override
	public boolean isDurable() {
		return false;
	}

	/**
	 * Changes the authority of a flag if it has no mark, while no operation can begin.
	 * @param flag the key of the flag
	 * @param change makes {@link PinCheck} refuse the operations that were pinned before;
	 * must not wait
	 * @return whether there was no mark, and so the change was made
	 */
	public boolean changeIfUnmarked(String flag, Runnable change) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			if (!marks.isEmpty()) {
				return false;
			}
			change.run();
			return true;
		}
	}

	@Override
	public Registration begin(WriteIntent intent) throws NotCurrentException {
		MemoryRegistration registration = new MemoryRegistration(intent.flag(), intent.keys(),
				this.ids.incrementAndGet(), true);
		MemoryFlagMarks marks = of(intent.flag());
		synchronized (marks) {
			check(intent);
			marks.begin(intent.keys(), registration.id, registration.id, now(), deadline(intent.lifetime()));
		}
		return registration;
	}

	@Override
	public Registration beginWithoutKey(WriteIntent intent) throws NotCurrentException {
		MemoryRegistration registration = new MemoryRegistration(intent.flag(), List.of(), this.ids.incrementAndGet(),
				true);
		MemoryFlagMarks marks = of(intent.flag());
		synchronized (marks) {
			check(intent);
			marks.provisional.put(registration.id, deadline(intent.lifetime()));
		}
		return registration;
	}

	@Override
	public Registration begin(WriteIntent intent, @Nullable Registration provisional) {
		boolean creates = provisional == null;
		MemoryRegistration registration = new MemoryRegistration(intent.flag(), intent.keys(),
				this.ids.incrementAndGet(), creates);
		MemoryFlagMarks marks = of(intent.flag());
		synchronized (marks) {
			marks.begin(intent.keys(), registration.id, creates ? registration.id : 0, now(),
					deadline(intent.lifetime()));
			if (provisional instanceof MemoryRegistration before) {
				marks.provisional.remove(before.id);
			}
		}
		return registration;
	}

	@Override
	public boolean finish(Registration registration, boolean ok, boolean started) {
		MemoryRegistration mine = (MemoryRegistration) registration;
		MemoryFlagMarks marks = of(mine.flag);
		boolean there = true;
		boolean left = false;
		synchronized (marks) {
			if (mine.keys.isEmpty() && ok) {
				marks.provisional.remove(mine.id);
			}
			for (String key : mine.keys) {
				there &= marks.finish(key, mine.id, mine.creates, ok, started, now());
				left |= marks.isMarked(key);
			}
		}
		if (left) {
			this.left.accept(mine.flag);
		}
		return there;
	}

	@Override
	public void finishLater(Registration registration) {
		finish(registration, true, true);
	}

	@Override
	public void flush(String flag) {
		// nothing is left for later
	}

	@Override
	public boolean isMarked(String flag, Collection<String> keys) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			return keys.stream().anyMatch(marks::isMarked);
		}
	}

	@Override
	public boolean hasMarks(String flag) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			return !marks.isEmpty();
		}
	}

	@Override
	public List<Claim> claim(String flag, int limit, Duration lifetime) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			return marks.claim(flag, limit, this.ids.incrementAndGet(), now(), deadline(lifetime));
		}
	}

	@Override
	public List<Claim> markAndClaim(String flag, List<String> keys, Duration lifetime) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			return marks.markAndClaim(flag, keys, this.ids.incrementAndGet(), now(), deadline(lifetime));
		}
	}

	@Override
	public boolean repaired(Claim claim) {
		MemoryFlagMarks marks = of(claim.flag());
		synchronized (marks) {
			return marks.repaired(claim, now());
		}
	}

	@Override
	public void failed(Claim claim, boolean started, @Nullable Duration retryIn, boolean counted) {
		MemoryFlagMarks marks = of(claim.flag());
		synchronized (marks) {
			marks.failed(claim, started, retryIn, counted, now());
		}
	}

	@Override
	public MarkCounts counts(String flag) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			return marks.counts(now());
		}
	}

	@Override
	public int retryParked(String flag) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			return marks.retryParked();
		}
	}

	@Override
	public int voidAll(String flag) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			return marks.clear();
		}
	}

	@Override
	public int voidUnknown(String flag, Duration ago) {
		MemoryFlagMarks marks = of(flag);
		synchronized (marks) {
			int before = marks.provisional.size();
			long now = now();
			marks.provisional.values().removeIf((deadline) -> deadline <= now - ago.toMillis());
			return before - marks.provisional.size();
		}
	}

	@Override
	public void onMarkLeft(Consumer<String> listener) {
		this.left = listener;
	}

	@Override
	public void close() {
		// holds neither connections nor threads
	}

	private void check(WriteIntent intent) throws NotCurrentException {
		if (!this.pins.isCurrent(intent.flag(), intent.epoch())) {
			throw new NotCurrentException(intent.flag());
		}
	}

	private MemoryFlagMarks of(String flag) {
		MemoryFlagMarks marks = this.flags.get(flag);
		return (marks != null) ? marks : this.flags.computeIfAbsent(flag, (key) -> new MemoryFlagMarks());
	}

	private long now() {
		return this.clock.getAsLong();
	}

	private long deadline(Duration lifetime) {
		return now() + lifetime.toMillis() * 3 / 2;
	}

	private record MemoryRegistration(String flag, List<String> keys, long id,
			boolean creates) implements Registration {
	}

}
