package dev.migrationflags.engine;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.migrationflags.IndeterminateWriteException;
import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.engine.mark.Registration;
import org.jspecify.annotations.Nullable;

/**
 * The mark of one dual write, from before its authoritative side until neither side
 * writes any more: the steps 2 to 7 of the protocol. May go from thread to thread, and is
 * used by one at a time, but for its end.
 */
final class WriteMark {

	private final WriteMarks marks;

	private final long epoch;

	private final long deadline;

	private final AtomicBoolean over = new AtomicBoolean();

	private volatile @Nullable Registration registration;

	private volatile Key key;

	private volatile boolean started;

	private volatile boolean returned;

	private volatile @Nullable Boolean inTime;

	private volatile @Nullable IndeterminateWriteException indeterminate;

	private WriteMark(WriteMarks marks, long epoch, long deadline, Key key, @Nullable Registration registration) {
		this.marks = marks;
		this.epoch = epoch;
		this.deadline = deadline;
		this.key = key;
		this.registration = registration;
	}

	static WriteMark of(WriteMarks marks, long epoch, long deadline, Registration registration) {
		return new WriteMark(marks, epoch, deadline, Key.MARKED, registration);
	}

	/**
	 * A write whose key is known when its authoritative side has returned.
	 * @param provisional what stands for the key, or {@code null} if a transaction hides
	 * it from others
	 */
	static WriteMark ofUnknownKey(WriteMarks marks, long epoch, long deadline, @Nullable Registration provisional) {
		return new WriteMark(marks, epoch, deadline, Key.UNKNOWN, provisional);
	}

	/**
	 * Whether what goes wrong from here on will be repaired, or refuses the flip by
	 * itself, so that it need not be counted.
	 */
	boolean isMarked() {
		return this.key == Key.MARKED || this.key == Key.LOST;
	}

	/**
	 * The authoritative side is about to be called: the last look at the clock before.
	 * @throws MarkUnavailableException if it is too late; nothing is written
	 */
	void starting() {
		if (isLate()) {
			over(false);
			throw new MarkUnavailableException(this.marks.flag(),
					new TimeoutException("Marking took longer than write.deadline"));
		}
		this.started = true;
	}

	/**
	 * Whether the end of the authoritative side is the time to ask for the key.
	 */
	boolean isKeyUnknown() {
		return this.key == Key.UNKNOWN;
	}

	/**
	 * Whether the caller has to wait for the end, which may take its result away.
	 */
	boolean decidesAnswer() {
		return this.returned && !isInTime();
	}

	/**
	 * The authoritative side has returned.
	 * @param key the key, if it was not known before
	 * @throws MarkUnavailableException if its key cannot be marked before it is committed
	 */
	void returned(@Nullable Object key) {
		this.returned = true;
		if (this.key != Key.UNKNOWN) {
			return;
		}
		Registration provisional = this.registration;
		try {
			Registration real = this.marks.begin(key, this.epoch, this.deadline, provisional);
			if (real != null) {
				this.registration = real;
				this.key = Key.MARKED;
			}
			else {
				this.key = Key.NONE;
			}
		}
		catch (MarkUnavailableException ex) {
			if (provisional == null) {
				throw ex;
			}
			this.key = Key.LOST;
			this.marks.finishFailed(ex);
		}
	}

	/**
	 * The authoritative write stands. If that is in time the caller may have its result,
	 * whatever happens from now on. Only the first time counts.
	 */
	void stands() {
		if (this.inTime == null) {
			this.inTime = !isLate();
		}
	}

	boolean isInTime() {
		return Boolean.TRUE.equals(this.inTime);
	}

	private boolean isLate() {
		return System.nanoTime() - this.deadline >= 0;
	}

	/**
	 * Whether the end need not wait for the store.
	 */
	boolean endsLater(boolean reached) {
		return this.registration == null || (reached && isInTime() && this.key == Key.MARKED);
	}

	/**
	 * Nobody will ever know whether the authoritative side still writes: the mark is left
	 * to repair, which waits for the deadline.
	 */
	void abandon() {
		this.over.set(true);
	}

	/**
	 * Neither side writes any more. Only the first time counts.
	 * @param ok whether both sides were written
	 */
	void over(boolean ok) {
		Registration registration = this.registration;
		if (!this.over.compareAndSet(false, true) || registration == null) {
			return;
		}
		if (this.started && endsLater(ok)) {
			this.marks.store().finishLater(registration);
			return;
		}
		boolean there;
		try {
			there = this.marks.store().finish(registration, !this.started || isClean(ok), this.started);
		}
		catch (Throwable ex) {
			this.marks.finishFailed(ex);
			if (this.returned && Boolean.FALSE.equals(this.inTime)) {
				this.indeterminate = new IndeterminateWriteException(this.marks.flag(),
						"it outlived its deadline, and the store of marks is out of reach", ex);
			}
			return;
		}
		if (!there && this.started) {
			this.marks.overtaken();
			if (this.returned) {
				this.indeterminate = new IndeterminateWriteException(this.marks.flag(), "it outlived its deadline",
						null);
			}
		}
	}

	/**
	 * What stands for a key that there is not is not needed once the write is counted;
	 * what stands for one that got lost has to stay.
	 */
	private boolean isClean(boolean ok) {
		return switch (this.key) {
			case MARKED -> ok;
			case NONE -> true;
			case UNKNOWN, LOST -> false;
		};
	}

	/**
	 * What the caller gets instead of the result.
	 */
	@Nullable IndeterminateWriteException indeterminate() {
		return this.indeterminate;
	}

	private enum Key {

		/** Marked. */
		MARKED,

		/** Not known yet. */
		UNKNOWN,

		/** There is none: the write is counted. */
		NONE,

		/** Cannot be marked any more. */
		LOST

	}

}
