package dev.migrationflags.engine.sync;

import java.time.Duration;
import java.util.List;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationException;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.SyncStatus.Kind;
import dev.migrationflags.SyncStatus.State;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.sync.Halt.HaltedException;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backfill or verification on this node: pages through the keys of the leading side,
 * then through those of the other side for what the leading one lacks, and keeps how far
 * it is after each page. Single keys that fail are left behind; if none of two pages in a
 * row works, it waits and begins again with the first of them. Used by one thread, but
 * for {@link #stop}.
 */
final class SyncRun implements Halt {

	private static final Logger logger = LoggerFactory.getLogger(SyncRun.class);

	private static final long LOOK_MILLIS = 100;

	/** How often the last keys of all are tried if none of them works. */
	private static final int LAST_PAGE_ATTEMPTS = 3;

	private final Flag flag;

	private final KeyedSides sides;

	private final MarkStore marks;

	private final SyncStore store;

	private final Era era;

	private final Everybody everybody;

	private final SyncSettings settings;

	private final String owner;

	private final long begun = System.nanoTime();

	private final long doneBefore;

	private final Pace pace;

	private final Work work;

	private Checkpoint checkpoint;

	/** The last key that is through, which may have no text. */
	private @Nullable Object last;

	private int attempt;

	private volatile boolean stopped;

	SyncRun(Flag flag, KeyedSides sides, MarkStore marks, SyncStore store, Era era, Everybody everybody,
			SyncSettings settings, String owner, Checkpoint checkpoint, WorkFactory factory) {
		this.flag = flag;
		this.sides = sides;
		this.marks = marks;
		this.store = store;
		this.era = era;
		this.everybody = everybody;
		this.settings = settings;
		this.owner = owner;
		this.pace = new Pace(settings.rate());
		this.checkpoint = goOn(checkpoint);
		this.doneBefore = this.checkpoint.done();
		this.work = factory.work(this.checkpoint.kind(), this);
	}

	/**
	 * The keys that a verification has put off are gone with who put them off.
	 */
	private static Checkpoint goOn(Checkpoint found) {
		boolean anew = found.kind() == Kind.VERIFICATION && found.unsettled() > 0;
		return anew ? Checkpoint.first(found.kind(), found.epoch()) : found;
	}

	String owner() {
		return this.owner;
	}

	/**
	 * Ends it soon; somebody else may go on.
	 */
	void stop() {
		this.stopped = true;
	}

	@Override
	public void check() throws HaltedException {
		if (this.stopped) {
			throw new HaltedException("stopped");
		}
		long epoch = this.flag.epoch();
		if (epoch == this.checkpoint.epoch()) {
			return;
		}
		if (this.era.isOver(this.flag, this.checkpoint.epoch(), epoch)) {
			end(State.VOID);
			throw new HaltedException("the stage has changed class");
		}
		this.checkpoint = this.checkpoint.upTo(Math.max(epoch, this.checkpoint.epoch()));
	}

	/**
	 * Works until the end of the keys, or as long as it may. Does not throw for what the
	 * sides do.
	 * @throws InterruptedException if this thread has been interrupted: it goes on later
	 */
	void run() throws InterruptedException {
		String name = this.checkpoint.kind().key();
		try {
			String text = this.checkpoint.last();
			this.last = (text != null) ? this.sides.keys().decode(text) : null;
			awaitEverybody();
			if (!this.checkpoint.orphans()) {
				pass(false);
				this.last = null;
				this.checkpoint = this.checkpoint.turn();
				keep();
			}
			pass(true);
			finish();
		}
		catch (HaltedException ex) {
			logger.info("The {} of flag '{}' has ended after {} keys: {}", name, this.flag.key(),
					this.checkpoint.done(), ex.getMessage());
		}
		catch (RuntimeException ex) {
			// messages may carry data of users
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			logger.warn("The {} of flag '{}' has failed after {} keys ({})", name, this.flag.key(),
					this.checkpoint.done(), cause.getClass().getName());
			logger.debug("The {} of flag '{}' has failed", name, this.flag.key(), ex);
			end(State.FAILED);
		}
	}

	private void end(State state) {
		try {
			this.store.keep(this.flag.key(), this.owner, this.checkpoint.puttingOff(this.work.putOff()).in(state));
		}
		catch (MigrationException ex) {
			logger.debug("The end of what goes through flag '{}' could not be kept", this.flag.key(), ex);
		}
	}

	private void awaitEverybody() throws HaltedException, InterruptedException {
		boolean told = false;
		String missing;
		while ((missing = missing()) != null) {
			check();
			if (!told) {
				logger.info("The {} of flag '{}' waits: {}", this.checkpoint.kind().key(), this.flag.key(), missing);
				told = true;
			}
			Thread.sleep(LOOK_MILLIS);
		}
		check();
	}

	private @Nullable String missing() {
		try {
			return this.everybody.missing(this.flag, Duration.ofNanos(System.nanoTime() - this.begun));
		}
		catch (IllegalStateException ex) {
			return "the store of stages is out of reach";
		}
	}

	private void pass(boolean orphans) throws HaltedException, InterruptedException {
		@Nullable Object cursor = this.last;
		Tally left = new Tally();
		while (true) {
			check();
			Step step = step(orphans, cursor);
			Tally tally = step.tally();
			if (step.end() != null && tally != null && !tally.isHopeless()) {
				this.attempt = 0;
				tally.leave(left);
				left = new Tally();
				this.last = step.end();
				cursor = this.last;
				this.checkpoint = this.checkpoint.after(text(step.end()), tally);
				keep();
			}
			else if (step.end() != null && tally != null && left.done() == 0) {
				// maybe these keys only: then the next ones work
				left.leave(tally);
				cursor = step.end();
			}
			else if (step.failure() == null && (left.done() == 0 || this.attempt >= LAST_PAGE_ATTEMPTS)) {
				this.checkpoint = this.checkpoint.after(this.checkpoint.last(), left);
				return;
			}
			else {
				backOff(step.failure());
				left = new Tally();
				cursor = this.last;
			}
		}
	}

	/**
	 * Works on one page.
	 */
	private Step step(boolean orphans, @Nullable Object cursor) throws HaltedException, InterruptedException {
		MigrationOrigin leading = this.flag.stage().authority();
		KeyedStore<Object, Object> listed = this.sides.of(orphans ? leading.other() : leading);
		List<Object> keys;
		try {
			keys = listed.keysAfter(cursor, this.settings.batch());
		}
		catch (RuntimeException ex) {
			return new Step(null, null, ex);
		}
		if (keys.isEmpty()) {
			return new Step(null, null, null);
		}
		Object end = keys.get(keys.size() - 1);
		if (end.equals(cursor)) {
			throw new IllegalStateException("keysAfter gives the key after which to begin");
		}
		this.pace.await(keys.size());
		try {
			Tally tally = this.work.page(new Page(keys, leading, orphans));
			return new Step(end, tally, tally.failure());
		}
		catch (RuntimeException ex) {
			return new Step(null, null, ex);
		}
	}

	private @Nullable String text(Object key) {
		try {
			return this.sides.keys().encode(key);
		}
		catch (RuntimeException ex) {
			// going on from an earlier key does no harm
			return this.checkpoint.last();
		}
	}

	/**
	 * Keeps how far it is, however long that takes.
	 */
	private void keep() throws HaltedException, InterruptedException {
		long done = this.checkpoint.done() - this.doneBefore;
		this.checkpoint = this.checkpoint.at(done / Math.max(1e-3, (System.nanoTime() - this.begun) / 1e9));
		Checkpoint kept = this.checkpoint.puttingOff(this.work.putOff());
		while (true) {
			try {
				if (!this.store.keep(this.flag.key(), this.owner, kept)) {
					throw new HaltedException("cancelled, or taken over by another node");
				}
				return;
			}
			catch (MigrationException ex) {
				backOff(ex);
			}
		}
	}

	private void backOff(@Nullable Throwable failure) throws HaltedException, InterruptedException {
		if (++this.attempt > this.settings.attempts()) {
			throw new IllegalStateException("Nothing works any more", failure);
		}
		if (this.attempt == 1) {
			logger.warn("The {} of flag '{}' gets nowhere ({}) and tries again", this.checkpoint.kind().key(),
					this.flag.key(), (failure != null) ? failure.getClass().getName() : "each of its last keys fails");
		}
		long until = System.nanoTime() + this.settings.backoff(this.attempt - 1).toNanos();
		while (until - System.nanoTime() > 0) {
			check();
			Thread.sleep(Math.max(1, Math.min(LOOK_MILLIS, (until - System.nanoTime()) / 1_000_000)));
		}
	}

	private void finish() throws HaltedException, InterruptedException {
		Tally tally = this.work.end();
		check();
		this.checkpoint = this.checkpoint.done(tally);
		keep();
		Checkpoint done = this.checkpoint;
		logger.info("The {} of flag '{}' is done: {} keys, {} differences, {} left open", done.kind().key(),
				this.flag.key(), done.done(), done.differences(), done.unsettled());
		if (done.unsettled() == 0 && (done.kind() == Kind.BACKFILL || done.differences() == 0)) {
			// whatever an operation wrote that has lost its key has been copied or
			// compared since
			this.marks.voidUnknown(this.flag.key(), sinceStart());
		}
	}

	/**
	 * How long ago it was certainly running already.
	 */
	private Duration sinceStart() {
		return this.checkpoint.age().plusNanos(System.nanoTime() - this.begun);
	}

	/**
	 * What came of a page.
	 *
	 * @param end its last key, or {@code null} if there was none
	 * @param tally what came of its keys, or {@code null} if nothing did
	 * @param failure why nothing did, or the last thing that failed
	 */
	private record Step(@Nullable Object end, @Nullable Tally tally, @Nullable Throwable failure) {
	}

	/**
	 * Makes what is done with each key.
	 */
	@FunctionalInterface
	interface WorkFactory {

		Work work(Kind kind, Halt halt);

	}

}
