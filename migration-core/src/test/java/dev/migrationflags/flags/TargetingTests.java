package dev.migrationflags.flags;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Targeting} as {@link Flag#stageFor} shows it.
 */
class TargetingTests {

	// buckets 0.42157587, 0.6708485 and 0.10343106
	private static final MigrationContext A = MigrationContext.of("userKeyA");

	private static final MigrationContext B = MigrationContext.of("userKeyB");

	private static final MigrationContext C = MigrationContext.of("userKeyC");

	private static MigrationFlag.Builder hashKey() {
		return MigrationFlag.named("hashKey").salt("saltyA").stage(OFF);
	}

	private static Flag flag(MigrationFlag.Builder builder) {
		return new Flag(builder.build(), FlagSources.none());
	}

	private static MigrationContext with(String attribute, Object value) {
		return MigrationContext.of("user", "42", Map.of(attribute, value));
	}

	@ParameterizedTest
	@EnumSource
	void withoutRolloutAndCohortsEverybodyHasTheBaseStage(MigrationStage stage) {
		Flag flag = flag(MigrationFlag.named("orders-db").stage(stage));
		assertThat(flag.sameForAll()).isTrue();
		assertThat(flag.stageFor(A)).isEqualTo(stage);
		assertThat(flag.stageFor(MigrationContext.anonymous())).isEqualTo(stage);
	}

	@Test
	void rolloutGivesTheLowestBucketsToTheMostAdvancedStage() {
		Flag flag = flag(hashKey().rollout(SHADOW, 40).rollout(LIVE, 20));
		assertThat(flag.sameForAll()).isFalse();
		assertThat(flag.stageFor(C)).isEqualTo(LIVE);
		assertThat(flag.stageFor(A)).isEqualTo(SHADOW);
		assertThat(flag.stageFor(B)).isEqualTo(OFF);
	}

	@Test
	void rolloutTakesItsShare() {
		Flag flag = flag(MigrationFlag.named("orders-db").stage(SHADOW).rollout(LIVE, 12.5));
		long live = IntStream.range(0, 20_000)
			.filter((i) -> flag.stageFor(MigrationContext.of("customer-" + i)) == LIVE)
			.count();
		assertThat(live).isBetween(2400L, 2600L);
	}

	@Test
	void raisingPercentagesNeverMovesAContextBack() {
		Flag before = flag(MigrationFlag.named("orders-db").stage(OFF).rollout(SHADOW, 20).rollout(LIVE, 5));
		Flag after = flag(MigrationFlag.named("orders-db").stage(OFF).rollout(SHADOW, 30).rollout(LIVE, 15));
		assertThat(IntStream.range(0, 5000).mapToObj((i) -> MigrationContext.of("c" + i)))
			.allMatch((context) -> after.stageFor(context).compareTo(before.stageFor(context)) >= 0);
	}

	@Test
	void hundredPercentIsEverybodyWithAKey() {
		Flag flag = flag(hashKey().rollout(DUAL_WRITE, 33.3).rollout(SHADOW, 33.3).rollout(LIVE, 33.4));
		assertThat(new Rollout(flag.definition().rollout()).stage(1f)).isEqualTo(DUAL_WRITE);
		assertThat(IntStream.range(0, 2000).mapToObj((i) -> flag.stageFor(MigrationContext.of("c" + i))))
			.doesNotContain(OFF);
	}

	@Test
	void zeroPercentIsNobody() {
		Flag flag = flag(hashKey().rollout(LIVE, 0));
		assertThat(new Rollout(flag.definition().rollout()).stage(0f)).isNull();
	}

	@Test
	void noKeyMeansNoRollout() {
		assertThat(flag(hashKey().rollout(LIVE, 100)).stageFor(MigrationContext.anonymous())).isEqualTo(OFF);
	}

	@Test
	void anotherKindMeansNoRolloutAndNoMatchByKeyButAttributesMatch() {
		Flag flag = flag(hashKey().context("customer")
			.cohort("by-key", Map.of("key", List.of("42")), COMPLETE)
			.cohort("by-plan", Map.of("plan", List.of("beta")), SHADOW)
			.rollout(LIVE, 100));
		assertThat(flag.stageFor(MigrationContext.of("42"))).isEqualTo(OFF);
		assertThat(flag.stageFor(with("plan", "beta"))).isEqualTo(SHADOW);
		assertThat(flag.stageFor(MigrationContext.of("customer", "42"))).isEqualTo(COMPLETE);
		assertThat(flag.stageFor(MigrationContext.of("customer", "43"))).isEqualTo(LIVE);
	}

	@Test
	void firstCohortThatMatchesDecidesBeforeRolloutAndBaseStage() {
		Flag flag = flag(hashKey().rollout(DUAL_WRITE, 100)
			.cohort("first", Map.of("plan", List.of("beta")), SHADOW)
			.cohort("second", Map.of("plan", List.of("beta", "internal")), LIVE));
		assertThat(flag.stageFor(with("plan", "beta"))).isEqualTo(SHADOW);
		assertThat(flag.stageFor(with("plan", "internal"))).isEqualTo(LIVE);
		assertThat(flag.stageFor(with("plan", "free"))).isEqualTo(DUAL_WRITE);
	}

	@Test
	void theRestOfACohortWithRolloutHasTheBaseStageNotTheRolloutOfTheFlag() {
		Flag flag = flag(hashKey().rollout(SHADOW, 100).cohort("all", Map.of(), Map.of(LIVE, 20.0)));
		assertThat(flag.stageFor(C)).isEqualTo(LIVE);
		assertThat(flag.stageFor(A)).isEqualTo(OFF);
	}

	@Test
	void aCohortNeedsAllAttributesAndAnyValue() {
		Flag flag = flag(
				hashKey().cohort("staff", Map.of("plan", List.of("internal", "beta"), "region", List.of("eu")), LIVE));
		assertThat(flag.stageFor(MigrationContext.of("user", "1", Map.of("plan", "beta", "region", "eu"))))
			.isEqualTo(LIVE);
		assertThat(flag.stageFor(MigrationContext.of("user", null, Map.of("plan", "internal", "region", "eu"))))
			.isEqualTo(LIVE);
		assertThat(flag.stageFor(MigrationContext.of("user", "1", Map.of("plan", "beta", "region", "us"))))
			.isEqualTo(OFF);
		assertThat(flag.stageFor(with("plan", "beta"))).isEqualTo(OFF);
	}

	@Test
	void valuesMatchAsTextAndNumbersByValue() {
		Flag flag = flag(hashKey().cohort("c", Map.of("a", List.of(true, 1, "2.5", "x")), LIVE));
		assertThat(List.of(true, "true", 1, 1L, 1.0, "1", 2.5, "2.5", "x"))
			.allMatch((value) -> flag.stageFor(with("a", value)) == LIVE);
		assertThat(List.of(false, 2, "X", "", Double.NaN)).allMatch((value) -> flag.stageFor(with("a", value)) == OFF);
	}

	@Test
	void whatYamlTookForABooleanMatchesWhatWasMeant() {
		Flag flag = flag(hashKey().cohort("norway", Map.of("region", List.of(false)), LIVE));
		assertThat(List.of("no", "NO", "off", "false", false))
			.allMatch((value) -> flag.stageFor(with("region", value)) == LIVE);
		assertThat(flag.stageFor(with("region", "se"))).isEqualTo(OFF);
	}

	@Test
	void oneElementOfACollectionIsEnough() {
		Flag flag = flag(hashKey().cohort("c", Map.of("roles", List.of("admin")), LIVE));
		assertThat(flag.stageFor(with("roles", List.of("user", "admin")))).isEqualTo(LIVE);
		assertThat(flag.stageFor(with("roles", Set.of("admin")))).isEqualTo(LIVE);
		assertThat(flag.stageFor(with("roles", new String[] { "admin" }))).isEqualTo(LIVE);
		assertThat(flag.stageFor(with("roles", List.of("user")))).isEqualTo(OFF);
		assertThat(flag.stageFor(with("roles", List.of()))).isEqualTo(OFF);
	}

}
