package dev.migrationflags.flags;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * What the checks say of the move of a flag to its next stage.
 */
final class ReadinessReport {

	/**
	 * The checks in the order in which they are shown; others come last.
	 */
	private static final List<String> ORDER = List.of("step", "owned", "rollouts", MoveChecks.STORE, "backlog",
			"failures", "inflight", "nodes", "sync", "consistency", "volume", "errors", "latency");

	private static final Comparator<Readiness.Check> BY_NAME = Comparator
		.comparingInt((check) -> Math.floorMod(ORDER.indexOf(check.name()), ORDER.size() + 1));

	private ReadinessReport() {
	}

	static Readiness of(Flag flag, List<MoveCheck> checks) {
		MigrationStage stage = flag.stage();
		MigrationStage next = flag.neighbour(stage, 1);
		List<Readiness.Check> shown = new ArrayList<>();
		shown.add(owned(flag, next));
		if (next != null) {
			Move move = new Move(flag, stage, next);
			checks.stream().map((check) -> check.show(move)).filter(Objects::nonNull).forEach(shown::add);
		}
		else {
			shown.add(new Readiness.Check("step", true, false, stage.key() + " is its last stage"));
		}
		shown.sort(BY_NAME);
		return Readiness.of(shown);
	}

	private static Readiness.Check owned(Flag flag, @Nullable MigrationStage next) {
		String owner = flag.owner();
		if (owner == null) {
			return new Readiness.Check("owned", true, next != null, "owned here");
		}
		Hold hold = flag.hold();
		return new Readiness.Check("owned", next == null, next != null,
				(hold == null) ? "owned by " + owner : "owned by %s, which wants %s; held at %s: %s".formatted(owner,
						hold.stage().key(), flag.stage().key(), String.join("; ", hold.reasons())));
	}

}
