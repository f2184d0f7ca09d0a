package dev.migrationflags.flags;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.StageUnknownException;
import dev.migrationflags.flags.StageStore.Kept;
import org.jspecify.annotations.Nullable;

/**
 * One flag at run time. Safe for use by several threads; asking for a stage is a volatile
 * read.
 */
public final class Flag {

	private static final int HISTORY = 100;

	private final MigrationFlag definition;

	private final List<MigrationStage> stages;

	private final Targeting targeting;

	private final ReentrantLock moves = new ReentrantLock();

	/** Newest first. */
	private volatile List<StageChangedEvent> changes = List.of();

	private final @Nullable SourcedStages sourced;

	private final FlagSources sources;

	private volatile @Nullable Position position;

	private volatile boolean settled;

	private volatile @Nullable Hold hold;

	private volatile boolean writes;

	private volatile long stoppedEpoch = -1;

	private volatile @Nullable StoreSilence silence;

	/** The last stage at which its source wanted this flag, and got it. */
	private volatile @Nullable MigrationStage followed;

	Flag(MigrationFlag definition, FlagSources sources) {
		MigrationStage stage = (definition.stage() != null) ? definition.stage() : definition.defaultStage();
		if (stage == null && !sources.isPresent()) {
			throw new IllegalStateException("No stage is known yet for flag '%s'".formatted(definition.key()));
		}
		this.definition = definition;
		this.stages = MigrationStage.ladder(definition.stages());
		this.targeting = new Targeting(definition);
		this.sources = sources;
		this.sourced = sources.isPresent() ? new SourcedStages(this, sources) : null;
		this.position = (stage != null) ? Position.first(stage) : null;
	}

	/**
	 * The definition of this flag.
	 * @return the definition, whose stage is only the first one
	 */
	public MigrationFlag definition() {
		return this.definition;
	}

	/**
	 * The key of this flag.
	 * @return the key
	 */
	public String key() {
		return this.definition.key();
	}

	/**
	 * The stages that this flag goes through.
	 * @return two, four or six stages in order, unmodifiable
	 */
	public List<MigrationStage> stages() {
		return this.stages;
	}

	/**
	 * The base stage.
	 * @return the stage of everybody who is in no cohort and no rollout
	 * @throws MigrationSetupException if only dynamic sources know it and none tells it
	 * until the time-out of start-up
	 */
	public MigrationStage stage() {
		return position().stage();
	}

	/**
	 * The number of the last change.
	 * @return a number that grows with each change, 0 before the first
	 */
	public long epoch() {
		return position().epoch();
	}

	/**
	 * Whether every context has the base stage, so that none need be looked up.
	 * @return {@code true} without rollout and cohorts, and without dynamic sources
	 */
	public boolean sameForAll() {
		return this.sourced == null && this.targeting.isEmpty();
	}

	/**
	 * The dynamic source that owns this flag: the first that has told its stage.
	 * @return the name of the source, or {@code null} if none has so far
	 */
	public @Nullable String owner() {
		return (this.sourced != null) ? this.sourced.owner() : null;
	}

	/**
	 * The move that the owner of this flag wants and the checks do not allow.
	 * @return the move, or {@code null} if the base stage is the one that the owner wants
	 */
	public @Nullable Hold hold() {
		return this.hold;
	}

	/**
	 * The stage of a context.
	 * @param context whom the call is for
	 * @return the stage by cohort, rollout or, for the rest, the base stage
	 */
	public MigrationStage stageFor(MigrationContext context) {
		MigrationStage stage = (this.sourced != null) ? this.sourced.stageFor(context) : null;
		if (stage == null && !this.targeting.isEmpty()) {
			stage = this.targeting.stage(context);
		}
		return (stage != null) ? stage : stage();
	}

	/**
	 * The next or previous stage of this flag.
	 * @param stage one of its stages
	 * @param steps 1 or -1
	 * @return the stage, or {@code null} at the end
	 */
	@Nullable MigrationStage neighbour(MigrationStage stage, int steps) {
		int index = this.stages.indexOf(stage) + steps;
		return (index >= 0 && index < this.stages.size()) ? this.stages.get(index) : null;
	}

	/**
	 * The stage after the base stage.
	 * @return the stage, or {@code null} at the end
	 */
	public @Nullable MigrationStage next() {
		return neighbour(stage(), 1);
	}

	/**
	 * The stage before the base stage.
	 * @return the stage, or {@code null} at the start
	 */
	public @Nullable MigrationStage previous() {
		return neighbour(stage(), -1);
	}

	/**
	 * Tells that there are write operations under this flag, which makes moves and
	 * rollouts stricter.
	 */
	public void declareWrites() {
		this.writes = true;
	}

	/**
	 * Whether there are write operations under this flag.
	 * @return {@code true} once they have been declared
	 */
	public boolean hasWrites() {
		return this.writes;
	}

	/**
	 * What is wrong with the rollouts and cohorts of this flag for an operation that
	 * writes.
	 * @return the problem, or {@code null}; {@code null} too for four stages, where it is
	 * a warning
	 */
	public @Nullable Problem rolloutProblemOfWrites() {
		return (this.definition.stages() == 6) ? RolloutRule.ofWrites(this, stage()) : null;
	}

	/**
	 * Whether a rollout or a cohort gives some contexts a stage of another class than the
	 * base stage, so that which side leads depends on whom a call is for.
	 * @return {@code true} if some contexts may be in another class
	 */
	public boolean mixesClasses() {
		return owner() == null && RolloutRule.mixes(this.definition, stage());
	}

	/**
	 * Counts a secondary write that failed, or was not run for another reason than a
	 * rollback, and will not be repaired. Counted in the epoch of now, also if the write
	 * began in an earlier one.
	 */
	public void secondaryWriteFailed() {
		position().failures().increment();
	}

	/**
	 * The secondary writes that failed in this epoch.
	 * @return how many
	 */
	public long secondaryWriteFailures() {
		return position().failures().sum();
	}

	/**
	 * Lets reads do without the new side while it is the second one, until they are told
	 * otherwise or the base stage changes.
	 */
	public void stopSecondaryReads() {
		this.stoppedEpoch = epoch();
	}

	/**
	 * Lets reads run both sides again.
	 */
	public void resumeSecondaryReads() {
		this.stoppedEpoch = -1;
	}

	/**
	 * Whether reads do without the new side while it is the second one.
	 * @return {@code true} once stopped, at most until the base stage changes
	 */
	public boolean secondaryReadsStopped() {
		long stopped = this.stoppedEpoch;
		return stopped >= 0 && stopped == epoch();
	}

	/**
	 * Keeps, among the changes, something that has not changed the stage.
	 * @param event what happened, with equal stages
	 */
	public synchronized void note(StageChangedEvent event) {
		remember(event);
	}

	private void remember(StageChangedEvent event) {
		this.changes = Stream.concat(Stream.of(event), this.changes.stream()).limit(HISTORY).toList();
	}

	/**
	 * The last changes of the base stage, and what else is worth to be remembered with
	 * them.
	 * @return 100 at most, newest first, unmodifiable
	 */
	public List<StageChangedEvent> changes() {
		return this.changes;
	}

	/**
	 * Whether contexts that disagree about the stage could lose each other's writes.
	 */
	boolean sharesWrites() {
		return this.writes && this.stages.size() == 6;
	}

	/**
	 * Whether the base stage is more than a default until a source has told it.
	 */
	boolean isSettled() {
		return this.settled || this.definition.stage() != null;
	}

	/**
	 * Whether anybody has told the base stage.
	 * @return whether it is known
	 */
	public boolean isKnown() {
		return this.position != null;
	}

	/**
	 * Whether whoever can tell the first base stage of this flag has been asked.
	 * @return {@code false} until the dynamic sources have been, if there are any
	 */
	public boolean isTold() {
		return isKnown() && (this.sourced == null || this.sources.isStarted());
	}

	/**
	 * Looks at the base stage that the sources tell.
	 * @return whether a source knows this flag
	 */
	boolean poll() {
		return this.sourced != null && this.sourced.poll();
	}

	/**
	 * Lets the base stage be what the owner wants. What it is at start-up is no move:
	 * nobody has worked with another stage before.
	 */
	void follow(MigrationStage to, String source, boolean wait) {
		Position position = this.position;
		if (this.settled && position != null && position.stage() == to && this.hold == null) {
			this.followed = to;
			return;
		}
		if (this.settled && to == this.followed && this.hold == null) {
			// another node has moved it, whose source knows more
			return;
		}
		if ((this.settled || this.sources.isStarted()) && position != null) {
			this.sources.moves().follow(this, to, source, !isSettled(), wait);
			if (stage() == to || this.hold != null) {
				this.settled = true;
			}
			return;
		}
		synchronized (this) {
			if (!this.settled) {
				this.position = Position.first(to);
				this.settled = true;
			}
		}
	}

	/**
	 * Whether the sources are asked again and again by a thread that may wait.
	 */
	boolean isPolled() {
		return this.sources.isStarted();
	}

	/**
	 * Has the sources asked soon, by a thread that may wait.
	 */
	void pollSoon() {
		this.sources.changed();
	}

	void hold(@Nullable Hold hold) {
		this.hold = hold;
	}

	/**
	 * Where this flag is: a volatile read.
	 * @return the position
	 * @throws MigrationSetupException as {@link #stage()}
	 */
	public Position position() {
		Position position = this.position;
		return (position != null) ? position : awaitPosition();
	}

	private Position awaitPosition() {
		this.sources.await(this);
		Position position = this.position;
		if (position == null) {
			throw new MigrationSetupException(List.of(FlagSources.unknownStage(this)));
		}
		return position;
	}

	/**
	 * Counts a write whose stage is being decided.
	 * @param position where the flag was found
	 * @return whether the flag is still there, and the write counted; else it has to be
	 * decided anew. Counted first: either the write sees that the flag is moving, or who
	 * moves it sees the write
	 */
	public boolean enter(Position position) {
		position.inFlight().enter();
		Gate gate = position.gate();
		if (this.position == position && (gate == null || !gate.isSealed())) {
			return true;
		}
		position.inFlight().leave();
		return false;
	}

	/**
	 * Keeps others from moving this flag.
	 * @param wait whether to wait for a move that is under way
	 * @return whether it is kept
	 */
	boolean lock(boolean wait) {
		if (wait) {
			this.moves.lock();
			return true;
		}
		return this.moves.tryLock();
	}

	void unlock() {
		this.moves.unlock();
	}

	/**
	 * Begins where a store says that this flag is.
	 * @param kept where it is
	 * @param changes the changes that have led there, newest first
	 */
	public synchronized void startAt(Kept kept, List<StageChangedEvent> changes) {
		this.settled = true;
		this.changes = List.copyOf(changes);
		this.followed = null;
		this.position = Position.at(kept.stage(), kept.epoch(), kept.authorityEpoch());
	}

	/**
	 * Goes where a store says that this flag is now. Without effect while it is moved
	 * here.
	 * @param kept where it is
	 * @param changes what other nodes have changed, oldest first
	 * @return what was new
	 */
	public List<StageChangedEvent> catchUp(Kept kept, List<StageChangedEvent> changes) {
		if (!lock(false)) {
			return List.of();
		}
		try {
			List<StageChangedEvent> applied = changes.stream().filter(this::apply).toList();
			synchronized (this) {
				Position position = position();
				if (kept.epoch() > position.epoch()) {
					// changes that the store has forgotten
					this.position = position.after(kept);
				}
			}
			return applied;
		}
		finally {
			unlock();
		}
	}

	/**
	 * Has dual writes refused when the store of stages has not been heard of for too
	 * long.
	 * @param silence tells how long that is
	 */
	public void refuseAfter(StoreSilence silence) {
		this.silence = silence;
	}

	/**
	 * Makes sure that a write may go to both sides.
	 * @throws StageUnknownException if the stage may be another one on other nodes
	 */
	public void requireHeard() {
		StoreSilence silence = this.silence;
		Duration tooLong = (silence != null) ? silence.tooLong() : null;
		if (tooLong != null) {
			throw new StageUnknownException(key(), stage(), tooLong);
		}
	}

	/**
	 * Holds new calls because another node moves this flag.
	 * @return the gate, to be opened
	 */
	public Gate holdForOthers() {
		return close(null);
	}

	/**
	 * Whether nothing is in flight any more. If so, nobody passes the gate from then on.
	 * @param gate the gate
	 * @return whether that is so
	 */
	public boolean isDrained(Gate gate) {
		InFlight inFlight = position().inFlight();
		if (inFlight.pending() + inFlight.earlier() > 0) {
			return false;
		}
		gate.seal(true);
		boolean drained = inFlight.pending() == 0;
		gate.seal(drained);
		return drained;
	}

	/**
	 * Holds new calls.
	 */
	synchronized Gate close(@Nullable Thread mover) {
		Gate gate = new Gate(mover);
		this.position = position().with(gate);
		return gate;
	}

	/**
	 * Lets calls go on, wherever the flag is now.
	 * @param gate the gate
	 */
	public void open(Gate gate) {
		synchronized (this) {
			Position position = position();
			if (position.gate() == gate) {
				this.position = position.with(null);
			}
		}
		gate.open();
	}

	/**
	 * A change has happened. Without effect if it is known.
	 */
	synchronized boolean apply(StageChangedEvent change) {
		Position position = position();
		if (change.epoch() <= position.epoch()) {
			return false;
		}
		this.settled = true;
		this.position = position.after(change);
		remember(change);
		return true;
	}

	@Override
	public String toString() {
		return "Flag[" + key() + ", " + stage().key() + "]";
	}

}
