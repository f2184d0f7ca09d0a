package dev.migrationflags.engine.mark;

import java.util.Optional;
import java.util.function.Supplier;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.StageStore;

/**
 * Copies the current value of one key from the side that leads to the other. To be used
 * under a {@link Claim} of the key, which has been committed: which side leads is read
 * only then, and from the store. Safe for use by several threads.
 */
public final class KeyCopy {

	private final String flag;

	private final KeyedSides sides;

	private final StageStore stages;

	private final CopyWatch watch;

	/**
	 * Creates a copier.
	 * @param flag the key of the flag
	 * @param sides its two sides
	 * @param stages knows which of them leads
	 * @param watch is told of what is copied
	 */
	public KeyCopy(String flag, KeyedSides sides, StageStore stages, CopyWatch watch) {
		this.flag = flag;
		this.sides = sides;
		this.stages = stages;
		this.watch = watch;
	}

	/**
	 * Copies a key.
	 * @param key the text of the key
	 * @param deadline until when it may be written, in terms of {@link System#nanoTime()}
	 * @param needed whether two values differ so that one has to be copied
	 * @param attempt is told before the write begins
	 * @return what has been done
	 * @throws Exception whatever the sides throw
	 */
	public Outcome copy(String key, long deadline, Needed needed, Attempt attempt) throws Exception {
		MigrationStage stage = this.stages.read(this.flag).stage();
		if (!stage.writesBoth()) {
			return Outcome.NOT_DUAL;
		}
		MigrationOrigin leading = stage.authority();
		KeyedStore<Object, Object> target = this.sides.of(leading.other());
		Object decoded = this.sides.keys().decode(key);
		Optional<Object> value = this.sides.of(leading).find(decoded);
		if (!needed.isNeeded(value, () -> target.find(decoded))) {
			return Outcome.SAME;
		}
		if (deadline - System.nanoTime() <= 0) {
			return Outcome.LATE;
		}
		attempt.started = true;
		this.watch.begun(key);
		try {
			if (value.isPresent()) {
				target.put(decoded, value.get());
			}
			else {
				target.remove(decoded);
			}
		}
		finally {
			this.watch.ended(key);
		}
		return Outcome.COPIED;
	}

	/**
	 * What has been done.
	 */
	public enum Outcome {

		/**
		 * The other side was written.
		 */
		COPIED,

		/**
		 * Both sides were the same: nothing was written.
		 */
		SAME,

		/**
		 * It was too late to write.
		 */
		LATE,

		/**
		 * The stage of the flag does not write both sides any more: nothing was written.
		 */
		NOT_DUAL

	}

	/**
	 * Whether the write of a copy was started, for whoever catches its exception.
	 */
	public static final class Attempt {

		private boolean started;

		/**
		 * Whether the write was started.
		 * @return whether the other side may have been written
		 */
		public boolean isStarted() {
			return this.started;
		}

	}

	/**
	 * Decides whether a key has to be written.
	 */
	@FunctionalInterface
	public interface Needed {

		/**
		 * Every key is written.
		 */
		Needed ALWAYS = (value, other) -> true;

		/**
		 * Decides.
		 * @param value the value of the side that leads
		 * @param other reads that of the other side
		 * @return whether the other side has to be written
		 */
		boolean isNeeded(Optional<Object> value, Supplier<Optional<Object>> other);

	}

}
