package dev.migrationflags.flags;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlag.Cohort;
import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * Contexts that can touch the same data must have stages of one class. Whose data it is,
 * only the application knows: it says so by naming the kind of context that owns it.
 */
final class RolloutRule {

	private RolloutRule() {
	}

	/**
	 * What is wrong with the rollouts and cohorts of a flag. A dynamic source that owns
	 * the flag decides for every context itself.
	 * @param flag the flag
	 * @param base its base stage, now or after a move
	 * @return the problem, or {@code null}
	 */
	static @Nullable Problem problem(Flag flag, MigrationStage base) {
		return flag.hasWrites() ? ofWrites(flag, base) : null;
	}

	/**
	 * What would be wrong if the flag had write operations.
	 * @param flag the flag
	 * @param base its base stage
	 * @return the problem, or {@code null}
	 */
	static @Nullable Problem ofWrites(Flag flag, MigrationStage base) {
		MigrationFlag definition = flag.definition();
		if (flag.owner() != null || definition.context().named() != null || definition.stages() == 2) {
			return null;
		}
		Set<MigrationStage> others = targets(definition).stream()
			.filter((stage) -> !stage.sameClassAs(base))
			.collect(Collectors.toCollection(TreeSet::new));
		if (others.isEmpty()) {
			return null;
		}
		String keys = others.stream().map(MigrationStage::key).collect(Collectors.joining(", "));
		return new Problem(
				"Flag '%s' has write operations, and its rollout or cohorts give some contexts %s while the others are at %s: contexts that share data would lose each other's writes"
					.formatted(definition.key(), keys, base.key()),
				"flag '%s', properties 'rollout' and 'cohorts'".formatted(definition.key()),
				"Name the kind of context that owns the data (migration.flags.%s.context), or keep to stages of the same class as %s"
					.formatted(definition.key(), base.key()));
	}

	/**
	 * Whether some contexts have a stage of another class than the base stage.
	 */
	static boolean mixes(MigrationFlag definition, MigrationStage base) {
		return !targets(definition).stream().allMatch(base::sameClassAs);
	}

	private static Set<MigrationStage> targets(MigrationFlag definition) {
		Set<MigrationStage> targets = new TreeSet<>();
		addTargets(targets, definition.rollout());
		for (Cohort cohort : definition.cohorts()) {
			if (cohort.stage() != null) {
				targets.add(cohort.stage());
			}
			addTargets(targets, cohort.rollout());
		}
		return targets;
	}

	private static void addTargets(Set<MigrationStage> targets, Map<MigrationStage, Double> rollout) {
		rollout.forEach((stage, percent) -> {
			if (percent > 0) {
				targets.add(stage);
			}
		});
	}

}
