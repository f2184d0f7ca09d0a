package dev.migrationflags.flags;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the base stage of a flag to where its owner wants it. What could lose writes is
 * held back until the checks allow it.
 */
final class SourceMoves {

	private static final Logger logger = LoggerFactory.getLogger(SourceMoves.class);

	private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

	private final Map<Flag, Long> heldInVain = new ConcurrentHashMap<>();

	private final List<MoveCheck> checks;

	private final @Nullable Mover mover;

	private final Consumer<StageChangedEvent> publisher;

	private final Clock clock;

	/**
	 * Creates the moves.
	 * @param checks the checks of every move
	 * @param mover carries them out, or {@code null} if they are in nobody's way yet
	 * @param publisher is told of every change, on any thread
	 * @param clock gives the time of changes
	 */
	SourceMoves(List<MoveCheck> checks, @Nullable Mover mover, Consumer<StageChangedEvent> publisher, Clock clock) {
		// whoever owns the flag remembers its stage
		this.checks = checks.stream().filter((check) -> !MoveChecks.STORE.equals(check.name())).toList();
		this.mover = mover;
		this.publisher = publisher;
		this.clock = clock;
	}

	/**
	 * Follows the owner of a flag.
	 * @param flag the flag
	 * @param to the stage that the source wants
	 * @param source the name of the source
	 * @param first whether this is the first stage that anybody has told, which replaces
	 * a default and needs no checks
	 * @param wait whether to wait for a move that is under way; if not, the flag stays
	 * where it is for now
	 */
	void follow(Flag flag, MigrationStage to, String source, boolean first, boolean wait) {
		Hold before = flag.hold();
		if (!wait && before != null && before.stage() == to) {
			// asked for again by a call: the checks run when sources are polled
			return;
		}
		if (!flag.lock(wait)) {
			return;
		}
		StageChangedEvent event;
		try {
			event = move(flag, to, source, first, wait);
		}
		finally {
			flag.unlock();
		}
		Hold after = flag.hold();
		if (after != null && !after.equals(before)) {
			logger.warn("Flag '{}' stays at {} although its source {} wants {}: {}", flag.key(), flag.stage().key(),
					source, to.key(), String.join("; ", after.reasons()));
		}
		if (event != null) {
			logger.info("Flag '{}' moved from {} to {}, epoch {}, by its source {}", flag.key(), event.from().key(),
					to.key(), event.epoch(), source);
			this.publisher.accept(event);
		}
	}

	/**
	 * Moves a flag, or holds it.
	 * @return the move that has happened, or {@code null}
	 */
	private @Nullable StageChangedEvent move(Flag flag, MigrationStage to, String source, boolean first, boolean wait) {
		Position position = flag.position();
		Hold hold = (first || position.stage() == to) ? null : refusal(flag, position.stage(), to, source);
		StageChangedEvent event = null;
		if (hold == null && position.stage() != to) {
			if (!wait && !first && flag.isPolled() && Mover.holds(flag, position.stage(), to)) {
				// a call cannot wait for the calls in flight
				flag.pollSoon();
				return null;
			}
			event = new StageChangedEvent(flag.key(), position.stage(), to, "Moved by its source " + source, source,
					position.epoch() + 1, false, this.clock.instant());
			hold = carryOut(flag, event, first);
			if (hold != null) {
				event = null;
			}
		}
		flag.hold(hold);
		return event;
	}

	/**
	 * A move that calls were held for in vain is not tried again at once: the source is
	 * asked every second.
	 */
	private @Nullable Hold carryOut(Flag flag, StageChangedEvent event, boolean first) {
		if (this.mover == null || first) {
			flag.apply(event);
			return null;
		}
		Hold before = flag.hold();
		Long tried = this.heldInVain.get(flag);
		if (tried != null && before != null && before.stage() == event.to()
				&& System.nanoTime() - tried < RETRY_NANOS) {
			return before;
		}
		this.heldInVain.remove(flag);
		List<String> reasons = this.mover.move(flag, event);
		if (reasons.isEmpty()) {
			return null;
		}
		if (Mover.holds(flag, event.from(), event.to())) {
			this.heldInVain.put(flag, System.nanoTime());
		}
		return new Hold(event.to(), event.actor(), reasons);
	}

	private @Nullable Hold refusal(Flag flag, MigrationStage from, MigrationStage to, String source) {
		Move move = new Move(flag, from, to);
		if (!flag.sharesWrites() || !(move.flips() || move.classes() > 1)) {
			return null;
		}
		List<String> reasons = this.checks.stream()
			.map((check) -> check.refusal(move))
			.filter(Objects::nonNull)
			.map(Objects::requireNonNull)
			.toList();
		return reasons.isEmpty() ? null : new Hold(to, source, reasons);
	}

}
