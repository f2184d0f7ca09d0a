package dev.migrationflags.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata with which development environments complete properties.
 */
class ConfigurationMetadataTests {

	private static final String FLAG = "spring/configuration-metadata/dev.migrationflags.boot.FlagProperties";

	@ParameterizedTest
	@ValueSource(strings = { "spring-configuration-metadata.json", FLAG + ".json", FLAG + "$Cohort.json",
			FLAG + "$Operation.json" })
	void everyPropertyHasADescriptionOfItsOwn(String file) throws IOException {
		List<Map<String, String>> properties = list(file, "properties");
		assertThat(properties).isNotEmpty().allSatisfy((property) -> {
			assertThat(property.get("type")).isNotBlank();
			assertThat(property.get("description")).matches("[A-Z].*\\.");
		});
		assertThat(properties).extracting((property) -> property.get("description")).doesNotHaveDuplicates();
	}

	@Test
	void everyFixedPropertyIsThere() throws IOException {
		assertThat(names("spring-configuration-metadata.json")).containsExactlyInAnyOrder("migration.enabled",
				"migration.start-up-timeout", "migration.allow-disabled-after-flip", "migration.aop.mode",
				"migration.aop.order", "migration.context.provider", "migration.store.type",
				"migration.store.poll-interval", "migration.store.max-staleness", "migration.store.initialize-schema",
				"migration.store.accept-volatile", "migration.repair.interval", "migration.repair.backoff",
				"migration.repair.max-backoff", "migration.repair.attempts", "migration.repair.batch",
				"migration.repair.rate", "migration.sync.rate", "migration.executor.threads",
				"migration.executor.queue", "migration.executor.virtual", "migration.mismatches.keep",
				"migration.mismatches.include-values", "migration.observations.enabled", "migration.dashboard.enabled",
				"migration.dashboard.path", "migration.flags", "management.endpoint.migrations.access",
				"management.endpoint.migrations.cache.time-to-live");
	}

	@Test
	void fixedPropertiesHaveDefaults() throws IOException {
		assertThat(list("spring-configuration-metadata.json", "properties"))
			.filteredOn((property) -> !"migration.flags".equals(property.get("name")))
			.allSatisfy((property) -> assertThat(property).containsKey("defaultValue"));
	}

	@Test
	void theValueTypeOfTheFlagsHasEveryProperty() throws IOException {
		assertThat(list("spring-configuration-metadata.json", "properties"))
			.filteredOn((property) -> "migration.flags".equals(property.get("name")))
			.extracting((property) -> property.get("type"))
			.containsExactly("java.util.Map<java.lang.String," + FlagProperties.class.getName() + ">");
		assertThat(names(FLAG + ".json")).containsExactlyInAnyOrder("description", "stages", "stage", "default-stage",
				"salt", "rollout", "cohorts", "context", "readiness.required", "readiness.consistency",
				"readiness.volume", "readiness.errors", "readiness.latency", "readiness.window", "guardrail.enabled",
				"guardrail.errors", "guardrail.p99", "guardrail.latency", "guardrail.window", "guardrail.calls",
				"guardrail.cool-down", "track-latency", "track-errors", "read.execution", "read.timeout",
				"read.sampling", "read.check-sampling", "write.timing", "write.timeout", "write.deadline",
				"write.consistency", "write.await", "comparison.enabled", "comparison.ignore", "comparison.unordered",
				"comparison.tolerance", "comparison.show-keys", "comparison.max-nodes", "operations");
		assertThat(names(FLAG + "$Operation.json")).contains("read.execution", "write.timing", "comparison.ignore");
		assertThat(names(FLAG + "$Cohort.json")).containsExactlyInAnyOrder("name", "match", "stage", "rollout");
	}

	@Test
	void valuesAreHinted() throws IOException {
		assertThat(list(FLAG + ".json", "hints")).extracting((hint) -> hint.get("name"))
			.contains("stage", "default-stage", "stages", "rollout.keys", "readiness.required");
		assertThat(list("spring-configuration-metadata.json", "hints")).extracting((hint) -> hint.get("name"))
			.contains("migration.aop.mode");
	}

	private static List<String> names(String file) throws IOException {
		List<String> names = new ArrayList<>();
		list(file, "properties").forEach((property) -> names.add(property.get("name")));
		return names;
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, String>> list(String file, String element) throws IOException {
		try (InputStream stream = ConfigurationMetadataTests.class.getResourceAsStream("/META-INF/" + file)) {
			assertThat(stream).as(file).isNotNull();
			Map<String, Object> metadata = JsonParserFactory.getJsonParser()
				.parseMap(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
			return Objects.requireNonNull((List<Map<String, String>>) metadata.get(element), element);
		}
	}

}
