package dev.migrationflags.engine.sync;

import java.time.Duration;

import dev.migrationflags.SyncStatus;
import dev.migrationflags.SyncStatus.Kind;
import dev.migrationflags.SyncStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * How far a backfill or a verification is, so that it can go on from there.
 *
 * @param kind what it does
 * @param state whether it runs, and how it ended
 * @param epoch the epoch of the flag up to which it is known that the class of its stage
 * has not changed since the start
 * @param orphans whether the keys of the leading side are through, and those that only
 * the other side has are looked for
 * @param last the text of the last key that is through, or {@code null} at the beginning
 * @param done how many keys were looked at
 * @param total how many there are, or {@code null} if unknown
 * @param differences how many keys differed
 * @param unsettled how many keys could not be copied, and were left to repair, or could
 * not be compared
 * @param rate keys per second since it was started or went on
 * @param age how long ago it was started, by the clock of its store; zero when it is
 * started
 * @param quiet how long ago this was written, by the clock of its store
 */
public record Checkpoint(Kind kind, State state, long epoch, boolean orphans, @Nullable String last, long done,
		@Nullable Long total, long differences, long unsettled, double rate, Duration age, Duration quiet) {

	/**
	 * The beginning.
	 * @param kind what is done
	 * @param epoch the epoch of the flag
	 * @return the checkpoint before the first key
	 */
	public static Checkpoint first(Kind kind, long epoch) {
		return new Checkpoint(kind, State.RUNNING, epoch, false, null, 0, null, 0, 0, 0, Duration.ZERO, Duration.ZERO);
	}

	/**
	 * The same in another state.
	 * @param state the state
	 * @return another checkpoint
	 */
	public Checkpoint in(State state) {
		return with(state, this.epoch, this.unsettled);
	}

	/**
	 * The same, known to be valid up to an epoch.
	 */
	Checkpoint upTo(long epoch) {
		return with(this.state, epoch, this.unsettled);
	}

	/**
	 * The same with keys that are put off.
	 */
	Checkpoint puttingOff(int keys) {
		return with(this.state, this.epoch, this.unsettled + keys);
	}

	private Checkpoint with(State state, long epoch, long unsettled) {
		return new Checkpoint(this.kind, state, epoch, this.orphans, this.last, this.done, this.total, this.differences,
				unsettled, this.rate, this.age, this.quiet);
	}

	/**
	 * The end of the keys of the leading side.
	 */
	Checkpoint turn() {
		return new Checkpoint(this.kind, this.state, this.epoch, true, null, this.done, this.total, this.differences,
				this.unsettled, this.rate, this.age, this.quiet);
	}

	/**
	 * After more keys.
	 * @param last the text of the last one
	 */
	Checkpoint after(@Nullable String last, Tally tally) {
		return new Checkpoint(this.kind, this.state, this.epoch, this.orphans, last, this.done + tally.done(),
				this.total, this.differences + tally.differences(), this.unsettled + tally.unsettled(), this.rate,
				this.age, this.quiet);
	}

	Checkpoint at(double rate) {
		return new Checkpoint(this.kind, this.state, this.epoch, this.orphans, this.last, this.done, this.total,
				this.differences, this.unsettled, rate, this.age, this.quiet);
	}

	/**
	 * All keys are through.
	 */
	Checkpoint done(Tally tally) {
		return new Checkpoint(this.kind, State.DONE, this.epoch, true, this.last, this.done, this.done,
				this.differences + tally.differences(), this.unsettled + tally.unsettled(), this.rate, this.age,
				this.quiet);
	}

	boolean isRunning() {
		return this.state == State.RUNNING;
	}

	SyncStatus status() {
		return new SyncStatus(this.kind, this.state, this.done, this.total, this.rate, this.differences);
	}

}
