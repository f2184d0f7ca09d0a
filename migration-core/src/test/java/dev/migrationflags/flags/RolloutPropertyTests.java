package dev.migrationflags.flags;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.random.Draw;
import dev.migrationflags.random.Tries;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for every rollout.
 */
class RolloutPropertyTests {

	private static final List<MigrationStage> BEYOND_OFF = List.of(MigrationStage.values())
		.subList(1, MigrationStage.values().length);

	@Test
	void raisingAPercentageNeverMovesAContextBack() {
		Tries.of(Raised::draw).shrinking(Raised::shorter).hold((raised) -> {
			Map<MigrationStage, Double> before = new EnumMap<>(MigrationStage.class);
			for (int i = 0; i < BEYOND_OFF.size(); i++) {
				before.put(BEYOND_OFF.get(i), raised.percentages.get(i));
			}
			Map<MigrationStage, Double> after = new EnumMap<>(before);
			after.merge(raised.stage, raised.by, Double::sum);
			Flag earlier = flag(before);
			Flag later = flag(after);
			assertThat(raised.keys).allSatisfy((key) -> {
				MigrationContext context = MigrationContext.of(key);
				assertThat(later.stageFor(context)).isGreaterThanOrEqualTo(earlier.stageFor(context));
			});
		});
	}

	private static Flag flag(Map<MigrationStage, Double> rollout) {
		MigrationFlag.Builder flag = MigrationFlag.named("orders-db").stage(MigrationStage.OFF);
		rollout.forEach(flag::rollout);
		return new Flag(flag.build(), FlagSources.none());
	}

	/**
	 * Percentages of which one is raised, and whom they are asked for.
	 */
	private record Raised(List<Double> percentages, MigrationStage stage, double by, List<String> keys) {

		static Raised draw(Draw draw) {
			return new Raised(draw.list(5, 5, (one) -> one.between(0.0, 16.0)), BEYOND_OFF.get(draw.between(0, 4)),
					draw.between(0.0, 20.0), draw.list(20, 20, (one) -> one.text(1, 40)));
		}

		Stream<Raised> shorter() {
			return Tries.shorter(this.keys).map((fewer) -> new Raised(this.percentages, this.stage, this.by, fewer));
		}

	}

}
