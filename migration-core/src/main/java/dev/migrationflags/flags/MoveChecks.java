package dev.migrationflags.flags;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

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
		return List.of(check("step", MoveChecks::oneStep, MoveChecks::step),
				check("rollouts", MoveChecks::rollouts, (move) -> null),
				check(STORE, (move) -> (durable || acceptVolatile) ? null : volatileFlip(move),
						(move) -> flipsWrites(move) ? (durable ? "a restart remembers the move"
								: "a restart would forget the move, which is accepted") : null),
				ReadinessCheck.settling("failures", MoveChecks::failures),
				ReadinessCheck.settling("inflight", MoveChecks::inFlight));
	}

	/**
	 * All checks there can be: those that are there, and for each other one that
	 * {@code readiness.required} may name, one that knows nothing.
	 */
	static List<MoveCheck> withMissing(List<MoveCheck> checks) {
		Set<String> known = checks.stream().map(MoveCheck::name).collect(Collectors.toSet());
		List<MoveCheck> all = new ArrayList<>(checks);
		ReadinessCheck.NAMES.stream()
			.filter((name) -> !known.contains(name))
			.map(MoveChecks::missing)
			.forEach(all::add);
		return List.copyOf(all);
	}

	private static MoveCheck missing(String name) {
		return ReadinessCheck.informing(name, (move) -> move.flag().definition().readinessRequired().contains(name)
				? new ReadinessCheck.Finding(false, "required, but nothing in this application can tell") : null);
	}

	private static MoveCheck check(String name, Function<Move, @Nullable String> refusal,
			Function<Move, @Nullable String> fine) {
		return new MoveCheck() {

			@Override
			public String name() {
				return name;
			}

			@Override
			public @Nullable String refusal(Move move) {
				return refusal.apply(move);
			}

			@Override
			public Readiness.@Nullable Check show(Move move) {
				String reason = refusal(move);
				String detail = (reason != null) ? reason : fine.apply(move);
				return (detail != null) ? new Readiness.Check(name, reason == null, true, detail) : null;
			}

		};
	}

	private static String step(Move move) {
		return "from %s to %s".formatted(move.from().key(), move.to().key());
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
		if (!flipsWrites(move)) {
			return null;
		}
		return "the store is not durable: a restart would forget the move and lose writes; set migration.store.type=jdbc, or accept that with migration.store.accept-volatile=true";
	}

	private static boolean flipsWrites(Move move) {
		return move.flips() && move.flag().hasWrites();
	}

	private static ReadinessCheck.@Nullable Finding failures(Move move) {
		long failures = move.flag().secondaryWriteFailures();
		if (failures > 0) {
			return new ReadinessCheck.Finding(false,
					"%d secondary writes failed at %s and were not repaired: the two sides differ".formatted(failures,
							move.from().key()));
		}
		return move.flag().hasWrites() ? new ReadinessCheck.Finding(true, "no secondary write has failed") : null;
	}

	/**
	 * Those of other threads are waited for when the flag moves; not those that were
	 * under way when a change of authority was forced.
	 */
	private static ReadinessCheck.@Nullable Finding inFlight(Move move) {
		Flag flag = move.flag();
		if (!flag.hasWrites()) {
			return null;
		}
		long earlier = flag.position().inFlight().earlier();
		if (earlier > 0) {
			return new ReadinessCheck.Finding(false,
					"%d writes have not ended that began before the authority changed last; wait for them, or restart their instance"
						.formatted(earlier));
		}
		if (!Mover.holds(flag, move.from(), move.to()) || flag.position().inFlight().own() == 0) {
			return new ReadinessCheck.Finding(true, "writes in flight are waited for when the flag moves");
		}
		return new ReadinessCheck.Finding(false,
				"the thread that moves the flag has writes in flight, which cannot end before the move does; move the flag outside of them and of their transaction");
	}

}
