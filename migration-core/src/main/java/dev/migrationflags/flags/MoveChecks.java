package dev.migrationflags.flags;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The checks that every flag has.
 */
final class MoveChecks {

	/**
	 * The name of the check that a restart remembers the move.
	 */
	static final String STORE = "store";

	private MoveChecks() {
	}

	static List<MoveCheck> standard(boolean durable, boolean acceptVolatile) {
		return List.of(check("step", MoveChecks::oneStep), check("rollouts", MoveChecks::rollouts),
				check(STORE, (move) -> (durable || acceptVolatile) ? null : volatileFlip(move)),
				check("failures", MoveChecks::failures), check("inflight", MoveChecks::ownWrites));
	}

	private static MoveCheck check(String name, Function<Move, @Nullable String> refusal) {
		return new MoveCheck() {

			@Override
			public String name() {
				return name;
			}

			@Override
			public @Nullable String refusal(Move move) {
				return refusal.apply(move);
			}

		};
	}

	private static @Nullable String oneStep(Move move) {
		Flag flag = move.flag();
		if (move.to() == flag.neighbour(move.from(), 1) || move.to() == flag.neighbour(move.from(), -1)) {
			return null;
		}
		return "from %s to %s is more than one step; its stages are %s".formatted(move.from().key(), move.to().key(),
				StageMoves.keys(flag.stages()));
	}

	private static @Nullable String rollouts(Move move) {
		Problem problem = (move.flag().definition().stages() == 6) ? RolloutRule.problem(move.flag(), move.to()) : null;
		return (problem != null) ? problem.what() + "; " + problem.fix() : null;
	}

	private static @Nullable String volatileFlip(Move move) {
		if (!move.flips() || !move.flag().hasWrites()) {
			return null;
		}
		return "the store is not durable: a restart would forget the move and lose writes; set migration.store.type=jdbc, or accept that with migration.store.accept-volatile=true";
	}

	private static @Nullable String failures(Move move) {
		long failures = move.flag().secondaryWriteFailures();
		if (failures == 0 || !move.settles()) {
			return null;
		}
		return "%d secondary writes failed at %s and were not repaired: the two sides differ".formatted(failures,
				move.from().key());
	}

	/**
	 * Those of other threads are waited for when the flag moves.
	 */
	private static @Nullable String ownWrites(Move move) {
		Flag flag = move.flag();
		if (!Mover.holds(flag, move.from(), move.to()) || flag.position().inFlight().own() == 0) {
			return null;
		}
		return "the thread that moves the flag has writes in flight, which cannot end before the move does; move the flag outside of them and of their transaction";
	}

}
