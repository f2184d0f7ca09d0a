package dev.migrationflags.flags;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.flags.StageStore.NodesHold;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the moves that the checks allow. Where the authority of a flag with writes
 * changes, new calls are held until those in flight are over and nothing is owed any
 * more; if that takes too long, nothing has happened. Used by one thread at a time per
 * flag.
 */
final class Mover {

	private static final Logger logger = LoggerFactory.getLogger(Mover.class);

	private static final long LOOK_NANOS = Duration.ofMillis(1).toNanos();

	private static final long LOOK_AT_DEBTS_NANOS = Duration.ofMillis(10).toNanos();

	private final StageStore store;

	private final List<FlipGuard> guards;

	private final long patienceNanos;

	Mover(StageStore store, List<FlipGuard> guards, Duration patience) {
		this.store = store;
		this.guards = List.copyOf(guards);
		this.patienceNanos = patience.toNanos();
	}

	/**
	 * Whether calls have to be held for a move.
	 */
	static boolean holds(Flag flag, MigrationStage from, MigrationStage to) {
		return flag.hasWrites() && new Move(flag, from, to).settles();
	}

	/**
	 * Moves a flag.
	 * @param flag the flag, locked against other moves
	 * @param change the change
	 * @return why the flag has not moved, nothing if it has
	 */
	List<String> move(Flag flag, StageChangedEvent change) {
		try {
			List<String> reasons = holds(flag, change.from(), change.to()) ? hold(flag, change)
					: reasons(this.store.change(flag, change, null));
			if (reasons.isEmpty() && flag.apply(change)) {
				forgive(flag, change);
			}
			return reasons;
		}
		catch (IllegalStateException ex) {
			return List.of(Objects.requireNonNullElse(ex.getMessage(), "the store of stages fails"));
		}
	}

	/**
	 * Begins somewhere else than at the default stage: nobody has told a stage before.
	 * @param flag the flag, locked against other moves
	 * @param change the change
	 * @return why the flag has not moved, nothing if it has
	 */
	List<String> begin(Flag flag, StageChangedEvent change) {
		try {
			List<String> reasons = reasons(this.store.change(flag, change, null));
			if (reasons.isEmpty()) {
				flag.apply(change);
			}
			return reasons;
		}
		catch (IllegalStateException ex) {
			return List.of(Objects.requireNonNullElse(ex.getMessage(), "the store of stages fails"));
		}
	}

	private static List<String> reasons(@Nullable String reason) {
		return (reason != null) ? List.of(reason) : List.of();
	}

	private List<String> hold(Flag flag, StageChangedEvent change) {
		try (NodesHold nodes = this.store.hold(flag, change.epoch() - 1)) {
			long begins = nodes.begins();
			while (begins - System.nanoTime() > 0) {
				pause(begins - System.nanoTime());
			}
			Gate gate = flag.close(Thread.currentThread());
			try {
				List<String> reasons = drain(flag, change, nodes, gate);
				if (reasons.isEmpty() && flag.apply(change)) {
					// before anybody marks what is to be kept
					forgive(flag, change);
				}
				return reasons;
			}
			finally {
				flag.open(gate);
			}
		}
	}

	/**
	 * Waits until nothing stands in the way of a change, and lets the store keep it.
	 */
	private List<String> drain(Flag flag, StageChangedEvent change, NodesHold nodes, Gate gate) {
		long deadline = System.nanoTime() + this.patienceNanos;
		InFlight inFlight = flag.position().inFlight();
		int own = inFlight.own();
		settle(flag);
		while (true) {
			boolean late = deadline - System.nanoTime() <= 0;
			long pending = inFlight.pending() - own;
			if (pending > 0) {
				if (late) {
					return change.forced() ? keep(flag, change, gate) : withNodes(stuck(pending), nodes);
				}
				pause(LOOK_NANOS);
				continue;
			}
			List<String> debts = change.forced() ? List.of() : debts(flag, nodes);
			if (!debts.isEmpty()) {
				if (late) {
					return debts;
				}
				pause(LOOK_AT_DEBTS_NANOS);
				continue;
			}
			gate.seal(true);
			if (inFlight.pending() > own) {
				// calls that may pass a gate have come in between
				gate.seal(false);
				continue;
			}
			if (change.forced()) {
				return keep(flag, change, gate);
			}
			String refusal = this.store.change(flag, change, nodes);
			if (refusal == null || late || !refusal.startsWith(StageStore.BACKLOG)) {
				return reasons(refusal);
			}
			gate.seal(false);
			pause(LOOK_AT_DEBTS_NANOS);
		}
	}

	private List<String> keep(Flag flag, StageChangedEvent change, Gate gate) {
		gate.seal(true);
		return reasons(this.store.change(flag, change, null));
	}

	private static List<String> withNodes(String reason, NodesHold nodes) {
		String missing = nodes.missing();
		return (missing != null) ? List.of(reason, missing) : List.of(reason);
	}

	private String stuck(long pending) {
		return "inflight: %d writes did not end within %s; try again once they have".formatted(pending,
				TimeInWords.of(Duration.ofNanos(this.patienceNanos)));
	}

	private List<String> debts(Flag flag, NodesHold nodes) {
		String missing = nodes.missing();
		if (missing != null) {
			return List.of(missing);
		}
		List<String> debts = new ArrayList<>();
		for (FlipGuard guard : this.guards) {
			String debt = debt(guard, flag);
			if (debt != null) {
				debts.add(debt);
			}
		}
		return debts;
	}

	private static @Nullable String debt(FlipGuard guard, Flag flag) {
		try {
			return guard.debt(flag);
		}
		catch (RuntimeException ex) {
			return "backlog: it cannot be told whether keys wait for repair (%s)".formatted(ex.getMessage());
		}
	}

	/**
	 * Does what was left for later.
	 */
	void settle(Flag flag) {
		for (FlipGuard guard : this.guards) {
			try {
				guard.settle(flag);
			}
			catch (RuntimeException ex) {
				logger.warn("What was left for later of flag '{}' could not be done", flag.key(), ex);
			}
		}
	}

	private void forgive(Flag flag, StageChangedEvent change) {
		MigrationStage to = change.to();
		if (to.writesBoth() && !(change.forced() && change.from().flipsTo(to))) {
			return;
		}
		for (FlipGuard guard : this.guards) {
			try {
				guard.forgive(flag);
			}
			catch (RuntimeException ex) {
				logger.warn("The marks of flag '{}' could not be made void", flag.key(), ex);
			}
		}
	}

	private static void pause(long nanos) {
		// an interrupt must not make this a busy loop
		boolean interrupted = Thread.interrupted();
		LockSupport.parkNanos(nanos);
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
