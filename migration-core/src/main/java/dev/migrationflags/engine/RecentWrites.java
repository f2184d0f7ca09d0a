package dev.migrationflags.engine;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

import dev.migrationflags.engine.metrics.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which keys of a flag are being written, and which were a moment ago: a dual read that
 * meets a write sees one side before it and one after it, which is no mismatch. Shared by
 * all operations of the flag; knows the writes of this process only.
 * <p>
 * Keys are told apart by a hash of their text, so nothing of theirs is kept, nothing has
 * to be evicted, and neither their {@code equals} nor their {@code hashCode} is asked.
 * Two keys may share a place: then a mismatch of one counts as inconclusive while the
 * other is written, never the other way round.
 */
final class RecentWrites {

	private static final Logger logger = LoggerFactory.getLogger(RecentWrites.class);

	private static final WarnOnce trouble = new WarnOnce(logger);

	private static final int BITS = 13;

	private static final int[] NO_PLACES = {};

	/** How many writes are under way. */
	private final AtomicIntegerArray underWay = new AtomicIntegerArray(1 << BITS);

	/** When the last one ended. */
	private final AtomicLongArray ended = new AtomicLongArray(1 << BITS);

	private final LongSupplier clock;

	RecentWrites() {
		this(System::nanoTime);
	}

	/**
	 * Creates notes.
	 * @param clock a monotonic clock, that of the reads too
	 */
	RecentWrites(LongSupplier clock) {
		this.clock = clock;
		long longAgo = clock.getAsLong() - 1;
		for (int place = 0; place < this.ended.length(); place++) {
			this.ended.set(place, longAgo);
		}
	}

	/**
	 * A dual write is about to begin with its authoritative side.
	 */
	KeyNotice announce(Call call) {
		return call.hasKey() ? new KeyNotice(this, call) : KeyNotice.NONE;
	}

	/**
	 * Where a key is noted. Does not throw.
	 * @param key the key, a collection of keys, or {@code null}
	 * @return the places; none if there is no key, or one that cannot be read
	 */
	static int[] places(@Nullable Object key) {
		try {
			if (key == null) {
				return NO_PLACES;
			}
			return (key instanceof Collection<?> keys) ? keys.stream().mapToInt(RecentWrites::place).toArray()
					: new int[] { place(key) };
		}
		catch (Throwable ex) {
			trouble.warn("A key could not be read: the call has none", ex);
			return NO_PLACES;
		}
	}

	private static int place(@Nullable Object key) {
		return (String.valueOf(key).hashCode() * 0x9E3779B9) >>> (Integer.SIZE - BITS);
	}

	void begun(int[] places) {
		for (int place : places) {
			this.underWay.incrementAndGet(place);
		}
	}

	/**
	 * The time is noted before the count falls, so that who sees the one sees the other.
	 */
	void ended(int[] places) {
		long now = this.clock.getAsLong();
		for (int place : places) {
			this.ended.accumulateAndGet(place, now, (one, other) -> (one - other > 0) ? one : other);
			this.underWay.decrementAndGet(place);
		}
	}

	/**
	 * Whether a write of the key was under way at any time since a read began.
	 * @param key the key, a collection of keys, or {@code null}
	 * @param since when the read began, before its first side ran, in terms of
	 * {@link System#nanoTime()}
	 */
	boolean met(@Nullable Object key, long since) {
		for (int place : places(key)) {
			if (this.underWay.get(place) > 0 || this.ended.get(place) - since >= 0) {
				return true;
			}
		}
		return false;
	}

}
