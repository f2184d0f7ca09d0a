package dev.migrationflags.engine;

import dev.migrationflags.IndeterminateWriteException;
import dev.migrationflags.flags.Decision;
import dev.migrationflags.flags.InFlight;
import org.jspecify.annotations.Nullable;

/**
 * One write that is under way: from the decision of its stage, before anything is
 * written, until neither side writes any more, whatever has come of it. The one place
 * where an operation begins and is over. Nothing here throws.
 */
final class OpenWrite extends InFlight.Ticket implements CallerTransactions.Deferred {

	private static final Object REACHED = new Object();

	private final Decision decision;

	private final KeyNotice keys;

	/** The operation, if its callers want to know whether the second side was reached. */
	private final @Nullable OperationSpec strict;

	private volatile @Nullable WriteMark mark;

	/**
	 * What came of the second side: {@link #REACHED}, what it has thrown, or nothing.
	 * Shown to other threads by what tells them of the end.
	 */
	private @Nullable Object second;

	/**
	 * Begins, on the thread that has decided.
	 */
	OpenWrite(Decision decision, KeyNotice keys) {
		this(decision, keys, null);
	}

	/**
	 * Begins, on the thread that has decided.
	 */
	OpenWrite(Decision decision, KeyNotice keys, @Nullable OperationSpec strict) {
		super(decision.position().inFlight());
		this.strict = strict;
		this.decision = decision;
		this.keys = keys;
	}

	/**
	 * A write of one side.
	 */
	static OpenWrite alone(Decision decision) {
		return new OpenWrite(decision, KeyNotice.NONE);
	}

	Decision decision() {
		return this.decision;
	}

	@Override
	protected InFlight inFlight() {
		return this.decision.position().inFlight();
	}

	/**
	 * The keys of this write are marked.
	 */
	void mark(@Nullable WriteMark mark) {
		this.mark = mark;
	}

	@Nullable WriteMark mark() {
		return this.mark;
	}

	/**
	 * Whether a second side that is not reached will be repaired. If not, it is counted.
	 */
	boolean isMarked() {
		WriteMark mark = this.mark;
		return mark != null && mark.isMarked();
	}

	/**
	 * The authoritative side is about to be called.
	 * @throws dev.migrationflags.MarkUnavailableException if it is too late for that;
	 * then this is over
	 */
	void starting() {
		WriteMark mark = this.mark;
		if (mark != null) {
			try {
				mark.starting();
			}
			catch (RuntimeException ex) {
				over();
				throw ex;
			}
		}
	}

	/**
	 * The authoritative side has returned.
	 * @throws dev.migrationflags.MarkUnavailableException if its key, which is known only
	 * now, cannot be marked, and it is not committed yet
	 */
	void returned(Call call, @Nullable Object value) {
		WriteMark mark = this.mark;
		// asked once, because a key that cannot be told is counted
		Object key = (this.keys.isKeyUnknown() || (mark != null && mark.isKeyUnknown())) ? call.key(value) : null;
		this.keys.returned(key);
		if (mark != null) {
			mark.returned(key);
		}
	}

	/**
	 * The authoritative write stands: it has returned, and is committed if it was part of
	 * a transaction.
	 */
	void stands() {
		WriteMark mark = this.mark;
		if (mark != null) {
			mark.stands();
		}
	}

	/**
	 * The second side has ended.
	 */
	void secondEnded(@Nullable Throwable error) {
		this.second = (error != null) ? error : REACHED;
	}

	boolean isReached() {
		return this.second == REACHED;
	}

	/**
	 * Neither side writes any more. Only the first time counts. Waits for the store of
	 * marks, unless both sides were written in time.
	 */
	void over() {
		WriteMark mark = this.mark;
		if (mark != null) {
			mark.over(isReached());
		}
		this.keys.over();
		leave();
	}

	@Override
	public void committed() {
		stands();
		over();
	}

	@Override
	public @Nullable RuntimeException answer() {
		WriteMark mark = this.mark;
		RuntimeException indeterminate = (mark != null) ? mark.indeterminate() : null;
		if (indeterminate == null && this.strict != null && !isReached()) {
			return new IndeterminateWriteException(this.strict.flag().key(),
					"the second write of %s was not reached".formatted(this.strict.name()),
					(this.second instanceof Throwable error) ? error : null);
		}
		return indeterminate;
	}

	@Override
	public void rolledBack() {
		doesNotStand();
	}

	@Override
	public void unknown() {
		doesNotStand();
	}

	/**
	 * The authoritative write does not stand, or nobody knows whether it does, whatever
	 * the second side has got.
	 */
	private void doesNotStand() {
		this.second = null;
		over();
	}

}
