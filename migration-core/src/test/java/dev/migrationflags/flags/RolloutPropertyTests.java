package dev.migrationflags.flags;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for every rollout.
 */
class RolloutPropertyTests {

	private static final List<MigrationStage> BEYOND_OFF = List.of(MigrationStage.values())
		.subList(1, MigrationStage.values().length);

	@Property
	void raisingAPercentageNeverMovesAContextBack(
			@ForAll @Size(5) List<@DoubleRange(min = 0, max = 16) Double> percentages,
			@ForAll @IntRange(min = 0, max = 4) int raised, @ForAll @DoubleRange(min = 0, max = 20) double by,
			@ForAll @Size(20) List<@StringLength(min = 1, max = 40) String> keys) {
		Map<MigrationStage, Double> before = new EnumMap<>(MigrationStage.class);
		for (int i = 0; i < BEYOND_OFF.size(); i++) {
			before.put(BEYOND_OFF.get(i), percentages.get(i));
		}
		Map<MigrationStage, Double> after = new EnumMap<>(before);
		after.merge(BEYOND_OFF.get(raised), by, Double::sum);
		Flag earlier = flag(before);
		Flag later = flag(after);
		assertThat(keys).allSatisfy((key) -> {
			MigrationContext context = MigrationContext.of(key);
			assertThat(later.stageFor(context)).isGreaterThanOrEqualTo(earlier.stageFor(context));
		});
	}

	private static Flag flag(Map<MigrationStage, Double> rollout) {
		MigrationFlag.Builder flag = MigrationFlag.named("orders-db").stage(MigrationStage.OFF);
		rollout.forEach(flag::rollout);
		return new Flag(flag.build(), FlagSources.none());
	}

}
