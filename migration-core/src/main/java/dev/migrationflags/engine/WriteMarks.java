package dev.migrationflags.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.mark.KeyText;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.mark.Registration;
import dev.migrationflags.engine.mark.WriteIntent;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.Decision;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks the keys that the calls of one operation touch, or looks for their marks.
 */
final class WriteMarks {

	/** How long to wait before a stage is decided anew. */
	static final long WAIT_NANOS = Duration.ofMillis(20).toNanos();

	private static final Logger logger = LoggerFactory.getLogger(WriteMarks.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final OperationSpec spec;

	private final MarkStore store;

	private final KeyText keys;

	private final EngineMeters meters;

	private final OperationMeters operationMeters;

	private final CallerTransactions transactions;

	private final long deadlineNanos;

	WriteMarks(OperationSpec spec, MarkStore store, KeyText keys, EngineMeters meters, OperationMeters operationMeters,
			CallerTransactions transactions) {
		this.spec = spec;
		this.store = store;
		this.keys = keys;
		this.meters = meters;
		this.operationMeters = operationMeters;
		this.transactions = transactions;
		this.deadlineNanos = spec.settings().write().deadline().toNanos();
	}

	String flag() {
		return this.spec.flag().key();
	}

	MarkStore store() {
		return this.store;
	}

	long deadlineNanos() {
		return this.deadlineNanos;
	}

	/**
	 * Marks what a call is about to write. A key that is not known yet is marked when the
	 * authoritative side has returned: before anybody else can know it, if there is a
	 * transaction that hides it; else something stands for it in the meantime.
	 * @param call the call
	 * @param decision its stage
	 * @param start when it began, in terms of {@link System#nanoTime()}
	 * @return the mark, or {@code null} if the call has no key that can be marked: then
	 * it is counted
	 * @throws NotCurrentException if the stage has to be decided anew
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	@Nullable WriteMark begin(Call call, Decision decision, long start) throws NotCurrentException {
		if (!call.hasKey()) {
			return null;
		}
		long epoch = decision.position().epoch();
		long deadline = decision.start(start) + this.deadlineNanos;
		Object key = call.keyBefore();
		try {
			if (isUnknown(key)) {
				Registration provisional = isInTransaction(decision) ? null
						: this.store.beginWithoutKey(intent(epoch, List.of(), deadline, isPart(decision)));
				return WriteMark.ofUnknownKey(this, epoch, deadline, provisional);
			}
			List<String> texts = texts(key);
			return texts.isEmpty() ? null : WriteMark.of(this, epoch, deadline,
					this.store.begin(intent(epoch, texts, deadline, isPart(decision))));
		}
		catch (RuntimeException ex) {
			throw unavailable(ex);
		}
	}

	/**
	 * Marks the key that only the result tells.
	 * @return the registration, or {@code null} if there is no such key
	 */
	@Nullable Registration begin(@Nullable Object key, long epoch, long deadline, @Nullable Registration provisional) {
		List<String> texts = isUnknown(key) ? List.of() : texts(key);
		if (texts.isEmpty()) {
			return null;
		}
		try {
			return this.store.begin(intent(epoch, texts, deadline, true), provisional);
		}
		catch (RuntimeException ex) {
			throw unavailable(ex);
		}
	}

	private MarkUnavailableException unavailable(RuntimeException cause) {
		return (cause instanceof MarkUnavailableException unavailable) ? unavailable
				: new MarkUnavailableException(flag(), cause);
	}

	private WriteIntent intent(long epoch, List<String> keys, long deadline, boolean part) {
		return new WriteIntent(flag(), epoch, keys, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())), part);
	}

	/**
	 * Whoever has passed a closed gate is waited for.
	 */
	private static boolean isPart(Decision decision) {
		return decision.position().gate() != null;
	}

	/**
	 * Whether what the authoritative side writes stays hidden when it returns.
	 */
	private boolean isInTransaction(Decision decision) {
		try {
			MigrationOrigin side = decision.stage().authority();
			return !this.spec.managers().isApart(side) && this.transactions.isActive(this.spec.managers().of(side));
		}
		catch (Throwable ex) {
			this.trouble.warn("The transaction of a write of flag '" + flag() + "' is unknown", ex);
			return false;
		}
	}

	/**
	 * Whether the key, or one of several, will be known later.
	 */
	private static boolean isUnknown(@Nullable Object key) {
		if (key instanceof Collection<?> several) {
			for (Object each : several) {
				if (each == null) {
					return true;
				}
			}
			return false;
		}
		return key == null;
	}

	/**
	 * The keys as text, in ascending order; none if one of them cannot be written.
	 */
	private List<String> texts(@Nullable Object key) {
		try {
			if (!(key instanceof Collection<?> several)) {
				return (key != null) ? List.of(this.keys.encode(key)) : List.of();
			}
			TreeSet<String> texts = new TreeSet<>();
			for (Object each : several) {
				texts.add(this.keys.encode(each));
			}
			return List.copyOf(texts);
		}
		catch (Throwable ex) {
			this.meters.flagError(flag(), "key");
			this.trouble.warn("A key of flag '" + flag() + "' cannot be written: the call has no key", ex);
			return List.of();
		}
	}

	/**
	 * Whether the two sides may have differed on a key while it was read: it is marked,
	 * or was copied meanwhile, also by a repair that has taken the mark away. Asks the
	 * store.
	 * @param key the key, a collection of keys, or {@code null}
	 * @param recent what was copied here
	 * @param since when the read began
	 * @return {@code true} too if the store does not tell
	 */
	boolean isMarked(@Nullable Object key, RecentWrites recent, long since) {
		List<String> texts = isUnknown(key) ? List.of() : texts(key);
		try {
			return !texts.isEmpty() && (recent.met(texts, since) || this.store.isMarked(flag(), texts)
			// repaired between the two looks
					|| recent.met(texts, since));
		}
		catch (Throwable ex) {
			this.trouble.warn("Nobody knows whether a key of flag '" + flag() + "' is marked", ex);
			return true;
		}
	}

	/**
	 * Somebody may have repaired a key while it was still being written.
	 */
	void overtaken() {
		this.operationMeters.skipped(SkipReason.DEADLINE);
	}

	void finishFailed(Throwable cause) {
		this.trouble.warn("A dual write of flag '" + flag() + "' could not be ended: that is tried again", cause);
	}

}
