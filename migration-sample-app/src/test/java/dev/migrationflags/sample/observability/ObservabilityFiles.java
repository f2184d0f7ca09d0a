package dev.migrationflags.sample.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of {@code docs/observability}.
 */
final class ObservabilityFiles {

	private ObservabilityFiles() {
	}

	static JsonNode dashboard() {
		return JsonMapper.builder().build().readTree(text("migration-dashboard.json"));
	}

	/**
	 * The alerts and recording rules, in their order.
	 */
	@SuppressWarnings("unchecked")
	static List<Map<String, Object>> rules() {
		List<Map<String, Object>> groups = (List<Map<String, Object>>) yaml("migration-alerts.yml").get("groups");
		return groups.stream().flatMap((group) -> ((List<Map<String, Object>>) group.get("rules")).stream()).toList();
	}

	/**
	 * The names of the alerts, in their order.
	 */
	static List<String> alerts() {
		return rules().stream()
			.filter((rule) -> rule.containsKey("alert"))
			.map((rule) -> (String) rule.get("alert"))
			.toList();
	}

	/**
	 * What the unit tests of the alerts expect.
	 */
	@SuppressWarnings("unchecked")
	static List<Expectation> expectations() {
		List<Map<String, Object>> tests = (List<Map<String, Object>>) yaml("migration-alerts.test.yml").get("tests");
		return tests.stream()
			.flatMap((test) -> ((List<Map<String, Object>>) test.get("alert_rule_test")).stream())
			.map((test) -> new Expectation((String) test.get("alertname"),
					!((List<Object>) test.get("exp_alerts")).isEmpty()))
			.toList();
	}

	/**
	 * The queries of the series that the unit tests of the alerts feed.
	 */
	@SuppressWarnings("unchecked")
	static Stream<String> testedSeries() {
		List<Map<String, Object>> tests = (List<Map<String, Object>>) yaml("migration-alerts.test.yml").get("tests");
		return tests.stream()
			.flatMap((test) -> ((List<Map<String, Object>>) test.get("input_series")).stream())
			.map((series) -> (String) series.get("series"))
			.distinct();
	}

	static String readme() {
		return text("README.md");
	}

	/**
	 * The titles of what the dashboard shows.
	 */
	static List<String> panels() {
		List<String> titles = new ArrayList<>();
		for (JsonNode panel : dashboard().path("panels")) {
			if (panel.has("targets")) {
				titles.add(panel.path("title").asString());
			}
		}
		return titles;
	}

	/**
	 * What the dashboard asks for in panels and annotations.
	 */
	static List<Shown> shown() {
		List<Shown> shown = new ArrayList<>();
		JsonNode dashboard = dashboard();
		for (JsonNode panel : dashboard.path("panels")) {
			for (JsonNode target : panel.path("targets")) {
				shown.add(new Shown(panel.path("title").asString(), target.path("expr").asString(),
						target.path("legendFormat").asString()));
			}
		}
		for (JsonNode annotation : dashboard.path("annotations").path("list")) {
			if (annotation.has("expr")) {
				shown.add(new Shown(annotation.path("name").asString(), annotation.path("expr").asString(),
						annotation.path("titleFormat").asString() + annotation.path("textFormat").asString()));
			}
		}
		return shown;
	}

	private static Map<String, Object> yaml(String name) {
		return new Yaml().load(text(name));
	}

	private static String text(String name) {
		Path module = Path.of("").toAbsolutePath();
		try {
			return Files.readString(module.resolveSibling("docs").resolve("observability").resolve(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A query of the dashboard.
	 *
	 * @param title of what it is shown in
	 * @param query the query
	 * @param legend how its series are named
	 */
	record Shown(String title, String query, String legend) {
	}

	/**
	 * What a unit test of an alert expects.
	 *
	 * @param alert the alert
	 * @param firing whether it has to fire
	 */
	record Expectation(String alert, boolean firing) {
	}

}
