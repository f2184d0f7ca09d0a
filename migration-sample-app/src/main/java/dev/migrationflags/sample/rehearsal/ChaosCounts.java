package dev.migrationflags.sample.rehearsal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * What the framework has counted of the trouble on the new sides.
 */
final class ChaosCounts {

	private final MeterRegistry meters;

	ChaosCounts(MeterRegistry meters) {
		this.meters = meters;
	}

	List<String> lines() {
		Map<String, Long> counts = new TreeMap<>();
		this.meters.find("migration.skipped")
			.counters()
			.forEach(
					(counter) -> counts.merge(
							"%s  %s  skipped: %s".formatted(counter.getId().getTag("flag"),
									counter.getId().getTag("type"), counter.getId().getTag("reason")),
							(long) counter.count(), Long::sum));
		Stream.of("timeout", "error")
			.forEach((outcome) -> this.meters.find("migration.calls")
				.tag("outcome", outcome)
				.timers()
				.forEach((timer) -> counts.merge("%s  %s  outcome: %s".formatted(timer.getId().getTag("flag"),
						timer.getId().getTag("type"), outcome), timer.count(), Long::sum)));
		return counts.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() > 0)
			.map((entry) -> "%s  %d".formatted(entry.getKey(), entry.getValue()))
			.toList();
	}

	/**
	 * What speaks against the run: a new side that decided an answer, or trouble that did
	 * not come about, so that nothing was shown.
	 * @return the findings
	 */
	List<String> missing() {
		List<String> findings = new ArrayList<>();
		if (count("origin", "new", "authoritative", "true", "flag", Act.ORDERS)
				+ count("origin", "new", "authoritative", "true", "flag", Act.PRICING) > 0) {
			findings.add("answers of a new side reached callers");
		}
		if (count("origin", "old", "authoritative", "true", "outcome", "error") > 0) {
			findings.add("calls of an old side failed");
		}
		require(findings, Act.ORDERS, "read", "timeout");
		require(findings, Act.ORDERS, "read", "error");
		require(findings, Act.ORDERS, "write", "timeout");
		require(findings, Act.PRICING, "read", "timeout");
		require(findings, Act.PRICING, "read", "error");
		return findings;
	}

	private void require(List<String> findings, String flag, String type, String outcome) {
		if (count("flag", flag, "type", type, "outcome", outcome) == 0) {
			findings.add("no %s of %s ended in %s: the chaos did not get there".formatted(type, flag, outcome));
		}
	}

	private long count(String... tags) {
		return this.meters.find("migration.calls").tags(tags).timers().stream().mapToLong(Timer::count).sum();
	}

}
