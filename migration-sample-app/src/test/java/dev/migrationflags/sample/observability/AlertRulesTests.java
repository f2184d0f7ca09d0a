package dev.migrationflags.sample.observability;

import org.junit.jupiter.api.Test;

import dev.migrationflags.sample.observability.ObservabilityFiles.Expectation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The unit tests of the alerts are run by {@code docs/observability/check}; here, that
 * there are some.
 */
class AlertRulesTests {

	@Test
	void everyAlertIsTestedToFireAndToKeepQuiet() {
		assertThat(ObservabilityFiles.alerts()).isNotEmpty()
			.allSatisfy((alert) -> assertThat(ObservabilityFiles.expectations()).contains(new Expectation(alert, true),
					new Expectation(alert, false)));
	}

	@Test
	void nothingElseIsTested() {
		// promtool is content if an alert that does not exist keeps quiet
		assertThat(ObservabilityFiles.expectations()).extracting(Expectation::alert)
			.isSubsetOf(ObservabilityFiles.alerts());
	}

	@Test
	void everyAlertAndEveryPanelIsExplained() {
		assertThat(ObservabilityFiles.alerts())
			.allSatisfy((alert) -> assertThat(ObservabilityFiles.readme()).contains("| `" + alert + "` |"));
		assertThat(ObservabilityFiles.panels()).isNotEmpty()
			.allSatisfy(
					(panel) -> assertThat(ObservabilityFiles.readme()).containsPattern("[|,] \\Q" + panel + "\\E[ ,]"));
	}

}
