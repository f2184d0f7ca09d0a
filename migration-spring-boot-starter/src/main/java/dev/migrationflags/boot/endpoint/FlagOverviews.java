package dev.migrationflags.boot.endpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;

/**
 * Sums up flags.
 *
 * @param origins says where stages come from
 */
record FlagOverviews(StageOrigins origins) {

	FlagOverview of(Flag flag) {
		List<String> stages = flag.stages().stream().map(MigrationStage::key).toList();
		// stage and neighbours of one moment, also if the flag moves meanwhile
		MigrationStage stage = flag.stage();
		int index = flag.stages().indexOf(stage);
		return new FlagOverview(stage.key(), stages, flag.epoch(), this.origins.of(flag), rollout(flag),
				at(stages, index + 1), at(stages, index - 1));
	}

	/**
	 * The rollout counts only for flags that no dynamic source owns.
	 */
	private static Map<String, Double> rollout(Flag flag) {
		Map<String, Double> rollout = new LinkedHashMap<>();
		if (flag.owner() == null) {
			flag.definition().rollout().forEach((stage, percent) -> rollout.put(stage.key(), percent));
		}
		return rollout;
	}

	private static @Nullable String at(List<String> stages, int index) {
		return (index >= 0 && index < stages.size()) ? stages.get(index) : null;
	}

}
