package dev.migrationflags.flags;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
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

	private final Deque<StageChangedEvent> changes = new ArrayDeque<>();

	private final @Nullable SourcedStages sourced;

	private final FlagSources sources;

	private volatile @Nullable Position position;

	private volatile boolean settled;

	private volatile @Nullable Hold hold;

	private volatile boolean writes;

	private volatile long stoppedEpoch = -1;

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
		this.position = (stage != null) ? new Position(stage, 0, new LongAdder()) : null;
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
	public void note(StageChangedEvent event) {
		this.moves.lock();
		try {
			remember(event);
		}
		finally {
			this.moves.unlock();
		}
	}

	private void remember(StageChangedEvent event) {
		this.changes.addFirst(event);
		if (this.changes.size() > HISTORY) {
			this.changes.removeLast();
		}
	}

	/**
	 * The last changes of the base stage, and what else is worth to be remembered with
	 * them.
	 * @return 100 at most, newest first, unmodifiable
	 */
	public List<StageChangedEvent> changes() {
		this.moves.lock();
		try {
			return List.copyOf(this.changes);
		}
		finally {
			this.moves.unlock();
		}
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

	boolean isKnown() {
		return this.position != null;
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
			return;
		}
		if ((this.settled || this.sources.isStarted()) && position != null) {
			this.sources.moves().follow(this, to, source, !isSettled(), wait);
			if (stage() == to || this.hold != null) {
				this.settled = true;
			}
			return;
		}
		this.moves.lock();
		try {
			if (!this.settled) {
				this.position = new Position(to, 0, new LongAdder());
				this.settled = true;
			}
		}
		finally {
			this.moves.unlock();
		}
	}

	void hold(@Nullable Hold hold) {
		this.hold = hold;
	}

	Position position() {
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
	 * Changes the base stage, one change at a time.
	 * @param change looks at the position and says what changes, or {@code null}, or
	 * throws
	 * @return the change, or {@code null}
	 */
	@Nullable StageChangedEvent change(Function<Position, @Nullable StageChangedEvent> change) {
		return change(true, change);
	}

	/**
	 * Changes the base stage, one change at a time.
	 * @param wait whether to wait for another change that is under way
	 * @param change looks at the position and says what changes, or {@code null}, or
	 * throws
	 * @return the change, or {@code null}, also if not waited
	 */
	@Nullable StageChangedEvent change(boolean wait, Function<Position, @Nullable StageChangedEvent> change) {
		if (wait) {
			this.moves.lock();
		}
		else if (!this.moves.tryLock()) {
			return null;
		}
		try {
			StageChangedEvent event = change.apply(position());
			if (event != null) {
				this.settled = true;
				this.position = new Position(event.to(), event.epoch(), new LongAdder());
				remember(event);
			}
			return event;
		}
		finally {
			this.moves.unlock();
		}
	}

	@Override
	public String toString() {
		return "Flag[" + key() + ", " + stage().key() + "]";
	}

	/**
	 * Where the flag is: stage and epoch change together.
	 *
	 * @param stage the base stage
	 * @param epoch the number of the change that led here
	 * @param failures the secondary writes that have failed since
	 */
	record Position(MigrationStage stage, long epoch, LongAdder failures) {
	}

}
