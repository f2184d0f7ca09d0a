package dev.migrationflags.flags;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import com.launchdarkly.sdk.ContextKind;
import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import com.launchdarkly.sdk.server.integrations.FileData;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlag.Cohort;
import dev.migrationflags.MigrationStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.RAMP_DOWN;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * LaunchDarkly's SDK and this framework evaluate the same rules for ten thousand
 * customers, and differ in none.
 */
class RolloutOracleTests {

	private static final String RULES = """
			{"flags": {"orders-db": {"key": "orders-db", "on": true, "version": 1, "salt": "pepper",
			"variations": ["off", "dualwrite", "shadow", "live", "rampdown", "complete"], "offVariation": 0,
			"rules": [
			{"id": "staff", "variation": 3, "clauses": [
			{"contextKind": "customer", "attribute": "plan", "op": "in", "values": ["internal", "beta"]},
			{"contextKind": "customer", "attribute": "region", "op": "in", "values": ["eu"]}]},
			{"id": "named", "variation": 5, "clauses": [
			{"contextKind": "customer", "attribute": "key", "op": "in", "values": ["c-7", "c-4711", "4714"]}]},
			{"id": "america", "clauses": [
			{"contextKind": "customer", "attribute": "region", "op": "in", "values": ["us"]}],
			"rollout": {"contextKind": "customer", "variations": [
			{"variation": 4, "weight": 500}, {"variation": 3, "weight": 33333}, {"variation": 1, "weight": 66167}]}}],
			"fallthrough": {"rollout": {"contextKind": "customer", "variations": [
			{"variation": 5, "weight": 1500}, {"variation": 3, "weight": 12500}, {"variation": 2, "weight": 20001},
			{"variation": 1, "weight": 65999}]}}}}}""";

	private final Flag flag = new Flag(MigrationFlag.named("orders-db")
		.stage(DUAL_WRITE)
		.salt("pepper")
		.context("customer")
		.cohort(new Cohort("staff", Map.of("plan", List.of("internal", "beta"), "region", List.of("eu")), LIVE,
				Map.of()))
		.cohort(new Cohort("named", Map.of("key", List.of("c-7", "c-4711", "4714")), COMPLETE, Map.of()))
		.cohort(new Cohort("america", Map.of("region", List.of("us")), null, Map.of(RAMP_DOWN, 0.5, LIVE, 33.333)))
		.rollout(COMPLETE, 1.5)
		.rollout(LIVE, 12.5)
		.rollout(SHADOW, 20.001)
		.build(), FlagSources.none());

	/**
	 * Keys of all the kinds that people have.
	 */
	private static String key(int i) {
		return switch (i % 8) {
			case 0 -> new UUID(i * 0x9E3779B97F4A7C15L, ~(long) i).toString();
			case 1 -> "Zo\u00eb %d@b\u00e4ckerei.example".formatted(i);
			case 2 -> String.valueOf(i);
			case 3 -> "\u5ba2\u6237 \ud83d\ude80 %d\n".formatted(i);
			case 4 -> " " + "x".repeat(i % 500) + i + " ";
			default -> "c-" + i;
		};
	}

	@Test
	void tenThousandContextsHaveTheSameStage(@TempDir Path folder) throws Exception {
		Path file = Files.writeString(folder.resolve("flags.json"), RULES);
		LDConfig config = new LDConfig.Builder().dataSource(FileData.dataSource().filePaths(file))
			.events(Components.noEvents())
			.logging(Components.noLogging())
			.build();
		Set<MigrationStage> seen = EnumSet.noneOf(MigrationStage.class);
		try (LDClient original = new LDClient("sdk-key", config)) {
			assertThat(IntStream.range(0, 10_000)).allSatisfy((i) -> {
				String plan = List.of("internal", "beta", "free", "gold").get(i % 4);
				String region = List.of("eu", "us", "asia").get(i % 3);
				LDContext theirs = LDContext.builder(ContextKind.of("customer"), key(i))
					.set("plan", plan)
					.set("region", region)
					.build();
				MigrationContext ours = MigrationContext.of("customer", key(i), Map.of("plan", plan, "region", region));
				MigrationStage stage = this.flag.stageFor(ours);
				seen.add(stage);
				assertThat(stage.key()).isEqualTo(original.stringVariation("orders-db", theirs, "none"));
			});
		}
		assertThat(seen).containsExactly(DUAL_WRITE, SHADOW, LIVE, RAMP_DOWN, COMPLETE);
	}

}
