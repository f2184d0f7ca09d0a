package dev.migrationflags.sample.observability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.migrationflags.sample.observability.PromQl.Metric;

/**
 * The metrics that there are: names, labels and values, from a scrape and from recording
 * rules.
 */
final class Series {

	/** What Prometheus adds to whatever it scrapes. */
	private static final Set<String> OF_THE_SCRAPE = Set.of("job", "instance");

	private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:\\\\.|[^\"\\\\])*)\"");

	private final Map<String, Map<String, Set<String>>> metrics = new TreeMap<>();

	/**
	 * Reads what an application has answered, in the text format of Prometheus.
	 */
	static Series of(String scrape) {
		Series series = new Series();
		scrape.lines().filter((line) -> !line.startsWith("#")).forEach(series::add);
		return series;
	}

	private void add(String line) {
		Matcher sample = SAMPLE.matcher(line);
		if (!sample.matches()) {
			throw new IllegalArgumentException("Not a sample: " + line);
		}
		Map<String, Set<String>> labels = this.metrics.computeIfAbsent(sample.group(1), (name) -> new TreeMap<>());
		OF_THE_SCRAPE.forEach((label) -> labels.computeIfAbsent(label, (name) -> new TreeSet<>()));
		if (sample.group(2) != null) {
			LABEL.matcher(sample.group(2))
				.results()
				.forEach((label) -> labels.computeIfAbsent(label.group(1), (name) -> new TreeSet<>())
					.add(label.group(2)));
		}
	}

	/**
	 * Adds a recording rule: its labels are those that it groups by, else those that all
	 * of its metrics have.
	 */
	void record(String name, PromQl rule) {
		Map<String, Set<String>> labels = new TreeMap<>();
		for (Metric metric : rule.metrics()) {
			this.metrics.getOrDefault(metric.name(), Map.of())
				.forEach((label, values) -> labels.computeIfAbsent(label, (any) -> new TreeSet<>()).addAll(values));
		}
		rule.metrics().forEach((metric) -> labels.keySet().retainAll(labels(metric.name())));
		rule.groupings().forEach((grouping) -> labels.keySet().retainAll(grouping.labels()));
		// eaten by the quantile
		labels.remove("le");
		this.metrics.put(name, labels);
	}

	/**
	 * Whether there is such a sample.
	 */
	boolean has(String metric, String label, String value) {
		return this.metrics.getOrDefault(metric, Map.of()).getOrDefault(label, Set.of()).contains(value);
	}

	boolean has(String metric) {
		return this.metrics.containsKey(metric);
	}

	Set<String> labels(String metric) {
		return this.metrics.getOrDefault(metric, Map.of()).keySet();
	}

	/**
	 * What a query takes for granted and is not there.
	 */
	List<String> missing(PromQl query) {
		List<String> missing = new ArrayList<>();
		for (Metric metric : query.metrics()) {
			if (!has(metric.name())) {
				missing.add("metric " + metric.name());
				continue;
			}
			metric.conditions().forEach((condition) -> {
				if (!labels(metric.name()).contains(condition.label())) {
					missing.add("label %s of %s".formatted(condition.label(), metric.name()));
				}
				condition.values()
					.stream()
					.filter((value) -> !has(metric.name(), condition.label(), value))
					.forEach((value) -> missing
						.add("%s=\"%s\" of %s".formatted(condition.label(), value, metric.name())));
			});
		}
		query.groupings()
			.forEach((grouping) -> grouping.metrics()
				.stream()
				.filter((metric) -> has(metric.name()))
				.forEach((metric) -> grouping.labels()
					.stream()
					.filter((label) -> !labels(metric.name()).contains(label))
					.forEach((label) -> missing.add("label %s of %s".formatted(label, metric.name())))));
		return missing;
	}

	@Override
	public String toString() {
		return this.metrics.toString();
	}

}
