package dev.migrationflags.flags;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageChangedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the flags of a registry, if the checks allow it. Moves of one flag happen one
 * after the other; listeners are told after the move, on the mover's thread.
 */
public final class StageMoves implements MigrationFlags {

	private static final Logger logger = LoggerFactory.getLogger(StageMoves.class);

	private static final String NOBODY = "system";

	/** How long calls are held at most. */
	static final Duration PATIENCE = Duration.ofSeconds(2);

	private final FlagRegistry registry;

	private final Consumer<StageChangedEvent> publisher;

	private final Supplier<@Nullable String> actor;

	private final Clock clock;

	private final boolean durable;

	private final List<MoveCheck> checks;

	private final Mover mover;

	/**
	 * Moves with the checks that every flag has.
	 * @param registry the flags
	 * @param publisher is told of every change; what it throws is logged
	 * @param actor the name of who moves; {@code null}, blank or a failure mean
	 * {@code system}
	 * @param clock gives the time of changes
	 * @param durable whether a restart remembers moves
	 * @param acceptVolatile whether flags with writes may flip all the same
	 */
	public StageMoves(FlagRegistry registry, Consumer<StageChangedEvent> publisher, Supplier<@Nullable String> actor,
			Clock clock, boolean durable, boolean acceptVolatile) {
		this(registry, publisher, actor, clock, durable, acceptVolatile, List.of());
	}

	/**
	 * Moves with more checks.
	 * @param registry the flags
	 * @param publisher is told of every change; what it throws is logged
	 * @param actor the name of who moves; {@code null}, blank or a failure mean
	 * {@code system}
	 * @param clock gives the time of changes
	 * @param durable whether a restart remembers moves
	 * @param acceptVolatile whether flags with writes may flip all the same
	 * @param more checks besides those that every flag has
	 */
	public StageMoves(FlagRegistry registry, Consumer<StageChangedEvent> publisher, Supplier<@Nullable String> actor,
			Clock clock, boolean durable, boolean acceptVolatile, List<MoveCheck> more) {
		this(registry, publisher, actor, clock, new MemoryStages(registry, durable), acceptVolatile, more, List.of());
	}

	/**
	 * Moves of flags whose stages are in a store.
	 * @param registry the flags
	 * @param publisher is told of every change; what it throws is logged
	 * @param actor the name of who moves; {@code null}, blank or a failure mean
	 * {@code system}
	 * @param clock gives the time of changes
	 * @param store keeps the changes
	 * @param acceptVolatile whether flags with writes may flip although a restart does
	 * not remember it
	 * @param more checks besides those that every flag has
	 * @param guards know what has to be paid before authority changes
	 */
	public StageMoves(FlagRegistry registry, Consumer<StageChangedEvent> publisher, Supplier<@Nullable String> actor,
			Clock clock, StageStore store, boolean acceptVolatile, List<MoveCheck> more, List<FlipGuard> guards) {
		this(registry, publisher, actor, clock, store, acceptVolatile, more, guards, PATIENCE);
	}

	StageMoves(FlagRegistry registry, Consumer<StageChangedEvent> publisher, Supplier<@Nullable String> actor,
			Clock clock, StageStore store, boolean acceptVolatile, List<MoveCheck> more, List<FlipGuard> guards,
			Duration patience) {
		this.registry = registry;
		this.publisher = publisher;
		this.actor = actor;
		this.clock = clock;
		this.durable = store.isDurable();
		this.mover = new Mover(store, guards, patience);
		List<MoveCheck> checks = new ArrayList<>(MoveChecks.standard(this.durable, acceptVolatile));
		checks.addAll(more);
		this.checks = MoveChecks.withMissing(checks);
		registry.sources().moveWith(this.checks, this.mover, this::publish, clock);
		store.attend(new StageStore.Node() {

			@Override
			public void changed(StageChangedEvent change) {
				registry.sources().publishLater(change, StageMoves.this::publish);
			}

			@Override
			public void settle(Flag flag) {
				StageMoves.this.mover.settle(flag);
			}

		});
	}

	@Override
	public Set<String> keys() {
		return this.registry.keys();
	}

	@Override
	public MigrationStage stage(String flag) {
		return stage(flag, MigrationContext.anonymous());
	}

	@Override
	public MigrationStage stage(String flag, MigrationContext context) {
		return this.registry.get(flag).stageFor(context);
	}

	@Override
	public StageChangedEvent moveTo(String flag, MigrationStage stage, String reason) {
		return move(flag, stage, reason, false, null);
	}

	@Override
	public StageChangedEvent forceTo(String flag, MigrationStage stage, String reason) {
		return move(flag, stage, reason, true, null);
	}

	@Override
	public StageChangedEvent advance(String flag, String reason) {
		return step(flag, 1, reason);
	}

	@Override
	public StageChangedEvent stepBack(String flag, String reason) {
		return step(flag, -1, reason);
	}

	private StageChangedEvent step(String key, int steps, String reason) {
		Flag flag = this.registry.get(key);
		requireReason(reason);
		Position seen = flag.position();
		MigrationStage to = flag.neighbour(seen.stage(), steps);
		if (to == null) {
			throw new StageChangeRefusedException(key, seen.stage(), seen.stage(),
					List.of((steps > 0) ? seen.stage().key() + " is its last stage, there is none to advance to"
							: seen.stage().key() + " is its first stage, there is none to step back to"));
		}
		// two who advance at the same time mean one step, not two
		return move(key, to, reason, false, seen.epoch());
	}

	/**
	 * Moves a flag.
	 * @param key the key of the flag
	 * @param to the stage to move to
	 * @param reason why
	 * @param force whether to override the checks
	 * @param expectedEpoch the epoch that the flag must have, forced or not, or
	 * {@code null}
	 * @return the change; with equal stages, and not published, if nothing changed
	 */
	public StageChangedEvent move(String key, MigrationStage to, String reason, boolean force,
			@Nullable Long expectedEpoch) {
		return move(key, to, reason, force, expectedEpoch, null);
	}

	/**
	 * Moves a flag to the stage that the configuration has now.
	 * @param key the key of the flag
	 * @param to the stage to move to
	 * @param source the name of what was configured, which is who moves
	 * @return the change; with equal stages, and not published, if nothing changed
	 */
	public StageChangedEvent reconfigured(String key, MigrationStage to, String source) {
		return move(key, to, "Changed in the " + source, false, null, source);
	}

	/**
	 * Moves a flag in somebody's name.
	 * @param key the key of the flag
	 * @param to the stage to move to
	 * @param reason why
	 * @param force whether to override the checks
	 * @param expectedEpoch the epoch that the flag must have, forced or not, or
	 * {@code null}
	 * @param mover who moves, or {@code null} for who works on this thread
	 * @return the change; with equal stages, and not published, if nothing changed
	 */
	public StageChangedEvent move(String key, MigrationStage to, String reason, boolean force,
			@Nullable Long expectedEpoch, @Nullable String mover) {
		Flag flag = this.registry.get(key);
		requireReason(reason);
		String actor = (mover != null) ? mover : currentActor();
		StageChangedEvent change;
		flag.lock(true);
		try {
			Position position = flag.position();
			boolean same = (to == position.stage());
			change = new StageChangedEvent(key, position.stage(), to, reason, actor,
					same ? position.epoch() : position.epoch() + 1, force, this.clock.instant());
			List<String> reasons = refusals(flag, position, to, force, expectedEpoch);
			if (reasons.isEmpty() && !same) {
				reasons = this.mover.move(flag, change);
			}
			if (!reasons.isEmpty()) {
				throw new StageChangeRefusedException(key, position.stage(), to, reasons);
			}
			if (same) {
				return change;
			}
		}
		finally {
			flag.unlock();
		}
		// reason and actor are free text: they are in the history, not in the log
		logger.info("Flag '{}' moved from {} to {}, epoch {}{}", key, change.from().key(), to.key(), change.epoch(),
				force ? ", forced" : "");
		publish(change);
		return change;
	}

	private List<String> refusals(Flag flag, Position position, MigrationStage to, boolean force,
			@Nullable Long expectedEpoch) {
		List<String> reasons = new ArrayList<>();
		String owner = flag.owner();
		if (owner != null) {
			reasons.add("owned by " + owner);
		}
		if (expectedEpoch != null && expectedEpoch != position.epoch()) {
			reasons.add(
					"it has moved in the meantime: its epoch is %d, not %d".formatted(position.epoch(), expectedEpoch));
		}
		if (!flag.stages().contains(to)) {
			reasons.add("it has no stage %s; its stages are %s".formatted(to.key(), keys(flag.stages())));
		}
		else if (!force && to != position.stage()) {
			Move move = new Move(flag, position.stage(), to);
			this.checks.stream().map((check) -> check.refusal(move)).filter(Objects::nonNull).forEach(reasons::add);
		}
		return reasons;
	}

	/**
	 * Steps back for something that watches the flag.
	 * @param key the key of the flag
	 * @param reason why
	 * @param watcher the name of who moves
	 * @param epoch the epoch in which the reason was seen
	 * @return the change
	 * @throws StageChangeRefusedException if the checks do not allow it, or the flag has
	 * moved since
	 */
	public StageChangedEvent stepBack(String key, String reason, String watcher, long epoch) {
		Flag flag = this.registry.get(key);
		MigrationStage from = flag.stage();
		MigrationStage to = flag.neighbour(from, -1);
		return move(key, (to != null) ? to : from, reason, false, epoch, watcher);
	}

	/**
	 * Whether a flag may go on to its next stage.
	 * @param key the key of the flag
	 * @return what speaks for and against it; ready at the last stage
	 */
	public Readiness readiness(String key) {
		return ReadinessReport.of(this.registry.get(key), this.checks);
	}

	/**
	 * Whether a restart remembers moves.
	 * @return {@code false} if they are kept in memory
	 */
	public boolean isDurable() {
		return this.durable;
	}

	private static void requireReason(String reason) {
		if (reason == null || reason.isBlank()) {
			throw new IllegalArgumentException("A change of stage needs a reason; it is kept with the change");
		}
	}

	private String currentActor() {
		try {
			String name = this.actor.get();
			return (name == null || name.isBlank()) ? NOBODY : name;
		}
		catch (RuntimeException ex) {
			logger.warn("Who moves a flag cannot be told ({})", ex.getClass().getName());
			return NOBODY;
		}
	}

	private void publish(StageChangedEvent event) {
		try {
			this.publisher.accept(event);
		}
		catch (Throwable ex) {
			logger.warn("A listener failed; flag '{}' is at {} all the same", event.flag(), event.to().key(), ex);
		}
	}

	static String keys(List<MigrationStage> stages) {
		return stages.stream().map(MigrationStage::key).collect(Collectors.joining(", "));
	}

}
