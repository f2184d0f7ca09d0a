package dev.migrationflags.flags;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlag.Cohort;
import dev.migrationflags.MigrationFlag.Comparison;
import dev.migrationflags.MigrationFlag.Guardrail;
import dev.migrationflags.MigrationFlag.Read;
import dev.migrationflags.MigrationFlag.Readiness;
import dev.migrationflags.MigrationFlag.Settings;
import dev.migrationflags.MigrationFlag.Write;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.WriteConsistency;
import dev.migrationflags.WriteTiming;
import org.jspecify.annotations.Nullable;

/**
 * What a definition of a flag must keep to, whether it comes from a bean or from
 * properties.
 */
final class DefinitionRules {

	private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]*");

	private static final Set<String> READINESS_CHECKS = new TreeSet<>(ReadinessCheck.NAMES);

	private final MigrationFlag flag;

	private final List<Problem> problems = new ArrayList<>();

	private DefinitionRules(MigrationFlag flag) {
		this.flag = flag;
	}

	static List<Problem> problems(Collection<MigrationFlag> definitions, boolean dynamicSource) {
		List<Problem> problems = new ArrayList<>();
		Set<String> keys = new HashSet<>();
		Set<String> twice = new HashSet<>();
		for (MigrationFlag definition : definitions) {
			if (!keys.add(definition.key()) && twice.add(definition.key())) {
				problems.add(new Problem("Flag '%s' is defined twice".formatted(definition.key()),
						"flag '%s'".formatted(definition.key()), "Keep one of its definitions"));
			}
			problems.addAll(new DefinitionRules(definition).check(dynamicSource));
		}
		return problems;
	}

	static List<Problem> warnings(Collection<MigrationFlag> definitions, boolean dynamicSource) {
		if (dynamicSource) {
			return List.of();
		}
		return definitions.stream()
			.filter((flag) -> flag.defaultStage() != null)
			.map((flag) -> new Problem(
					"The default stage of flag '%s' is ignored, because no dynamic source serves the flag".formatted(
							flag.key()),
					"flag '%s', property 'default-stage'".formatted(flag.key()), "Remove it"))
			.toList();
	}

	private List<Problem> check(boolean dynamicSource) {
		checkIdentity();
		checkStages(dynamicSource);
		checkRollout("rollout", this.flag.rollout());
		checkCohorts();
		checkReadiness();
		checkGuardrail();
		checkSettings();
		return this.problems;
	}

	/**
	 * An operation is checked where it differs from the flag, so that nothing is said
	 * twice.
	 */
	private void checkSettings() {
		Settings flags = this.flag.settings();
		checkRead("", flags.read());
		checkWrite("", flags.write());
		checkComparison("", flags.comparison());
		for (String operation : this.flag.overriddenOperations()) {
			String prefix = "operations." + operation + ".";
			Settings own = this.flag.settings(operation);
			if (!own.read().equals(flags.read())) {
				checkRead(prefix, own.read());
			}
			if (!own.write().equals(flags.write())) {
				checkWrite(prefix, own.write());
			}
			if (!own.comparison().equals(flags.comparison())) {
				checkComparison(prefix, own.comparison());
			}
		}
	}

	private void checkIdentity() {
		if (!KEY.matcher(this.flag.key()).matches()) {
			add("'%s' is no key of a flag".formatted(this.flag.key()), null,
					"Begin with a lower-case letter, go on with lower-case letters, digits and dashes");
		}
		String kind = this.flag.context().named();
		if (kind != null && kind.isBlank()) {
			add("The kind of context is blank", "context", "Name the kind that owns the data, such as customer");
		}
	}

	private void checkStages(boolean dynamicSource) {
		int stages = this.flag.stages();
		if (stages != 2 && stages != 4 && stages != 6) {
			add("A flag cannot have %d stages".formatted(stages), "stages", "Use 2, 4 or 6");
		}
		if (this.flag.stage() == null && !dynamicSource) {
			add("The flag has no stage, and no dynamic source could tell it", "stage",
					"Set it to the stage to start with, such as off");
		}
		checkStage("stage", this.flag.stage());
		checkStage("default-stage", this.flag.defaultStage());
	}

	private void checkStage(String property, @Nullable MigrationStage stage) {
		List<MigrationStage> ladder = ladder();
		if (stage != null && !ladder.contains(stage)) {
			add("A flag of %d stages has no stage %s".formatted(this.flag.stages(), stage.key()), property,
					"Use one of %s, or another number of stages".formatted(StageMoves.keys(ladder)));
		}
	}

	/**
	 * All stages if their number is wrong: that has been said, and is no fault of the
	 * stage.
	 */
	private List<MigrationStage> ladder() {
		int stages = this.flag.stages();
		return MigrationStage.ladder((stages == 2 || stages == 4) ? stages : 6);
	}

	private void checkRollout(String property, Map<MigrationStage, Double> rollout) {
		double sum = 0;
		boolean inRange = true;
		for (Map.Entry<MigrationStage, Double> entry : rollout.entrySet()) {
			String path = property + "." + entry.getKey().key();
			double percent = entry.getValue();
			checkStage(path, entry.getKey());
			if (!(percent >= 0 && percent <= 100)) {
				inRange = false;
				add("%s is no percentage".formatted(percent), path, "Use a number from 0 to 100");
			}
			sum += percent;
		}
		if (inRange && sum > 100 + Rollout.ROUNDING) {
			add("The percentages add up to %s".formatted(sum), property, "Let them add up to 100 at most");
		}
	}

	private void checkCohorts() {
		Set<String> names = new HashSet<>();
		for (int i = 0; i < this.flag.cohorts().size(); i++) {
			Cohort cohort = this.flag.cohorts().get(i);
			String property = "cohorts[" + i + "]";
			if (cohort.name().isBlank()) {
				add("A cohort has no name", property + ".name", "Name it");
			}
			else if (!names.add(cohort.name())) {
				add("Two cohorts are named '%s'".formatted(cohort.name()), property + ".name",
						"Give each a name of its own");
			}
			if (cohort.stage() == null && cohort.rollout().isEmpty()) {
				add("Cohort '%s' has neither a stage nor a rollout".formatted(cohort.name()), property,
						"Add one of the two");
			}
			if (cohort.stage() != null && !cohort.rollout().isEmpty()) {
				add("Cohort '%s' has both a stage and a rollout".formatted(cohort.name()), property,
						"Remove one of the two");
			}
			checkStage(property + ".stage", cohort.stage());
			checkRollout(property + ".rollout", cohort.rollout());
		}
	}

	private void checkReadiness() {
		for (String check : new TreeSet<>(this.flag.readinessRequired())) {
			if (!READINESS_CHECKS.contains(check)) {
				add("There is no readiness check '%s'".formatted(check), "readiness.required",
						"Use some of " + String.join(", ", READINESS_CHECKS));
			}
		}
		Readiness readiness = this.flag.readiness();
		if (!(readiness.consistency() > 0 && readiness.consistency() < 1)) {
			add("%s is no share that comparisons can prove".formatted(readiness.consistency()), "readiness.consistency",
					"Use a number above 0 and below 1, such as 0.999");
		}
		checkAtLeastOne("readiness.volume", readiness.volume());
		checkShare("readiness.errors", readiness.errors());
		checkRatio("readiness.latency", readiness.latency());
		checkWindow("readiness.window", readiness.window(), Duration.ofMinutes(1), Duration.ofHours(1));
	}

	private void checkGuardrail() {
		Guardrail guardrail = this.flag.guardrail();
		checkShare("guardrail.errors", guardrail.errors());
		if (guardrail.p99() != null) {
			checkPositive("guardrail.p99", guardrail.p99());
		}
		if (guardrail.latency() != null) {
			checkRatio("guardrail.latency", guardrail.latency());
		}
		checkWindow("guardrail.window", guardrail.window(), Duration.ofSeconds(15), Duration.ofMinutes(5));
		checkAtLeastOne("guardrail.calls", guardrail.calls());
		checkPositive("guardrail.cool-down", guardrail.coolDown());
		if (guardrail.enabled() && !(this.flag.trackErrors() && this.flag.trackLatency())) {
			add("The guardrail cannot see calls that are not tracked", "guardrail.enabled",
					"Leave track-errors and track-latency on, or switch the guardrail off");
		}
	}

	private void checkAtLeastOne(String property, int number) {
		if (number < 1) {
			add("%d is too few".formatted(number), property, "Use 1 or more");
		}
	}

	private void checkRatio(String property, double ratio) {
		if (!(ratio > 0) || Double.isInfinite(ratio)) {
			add("%s is no ratio".formatted(ratio), property, "Use a number above 0, such as 1.2");
		}
	}

	private void checkWindow(String property, Duration window, Duration least, Duration most) {
		if (window.compareTo(least) < 0 || window.compareTo(most) > 0) {
			add("%s is not remembered".formatted(window), property,
					"Use a duration from %ds to %ds".formatted(least.toSeconds(), most.toSeconds()));
		}
	}

	private void checkRead(String prefix, Read read) {
		checkPositive(prefix + "read.timeout", read.timeout());
		checkShare(prefix + "read.sampling", read.sampling());
		checkShare(prefix + "read.check-sampling", read.checkSampling());
	}

	private void checkWrite(String prefix, Write write) {
		checkPositive(prefix + "write.timeout", write.timeout());
		checkPositive(prefix + "write.deadline", write.deadline());
		if (!write.await()) {
			checkNotAwaited(prefix, write);
		}
	}

	/**
	 * Whether marks are there, and last, is known only where operations are wired.
	 */
	private void checkNotAwaited(String prefix, Write write) {
		if (write.timing() == WriteTiming.IMMEDIATE) {
			add("The second write runs on the caller's thread, which cannot go on without it", prefix + "write.await",
					"Use write.timing=after-commit, or remove write.await");
		}
		if (write.consistency() != null && write.consistency() != WriteConsistency.MARKED) {
			add("A caller who does not wait cannot know about the second write, so it has to be marked",
					prefix + "write.await", "Use write.consistency=marked, or remove write.await");
		}
	}

	private void checkComparison(String prefix, Comparison comparison) {
		comparison.tolerance().forEach((path, tolerance) -> {
			if (!(tolerance >= 0) || tolerance.isInfinite()) {
				add("%s is no tolerance".formatted(tolerance), prefix + "comparison.tolerance[" + path + "]",
						"Use a number of 0 or more");
			}
		});
		if (comparison.maxNodes() < 1) {
			add("%d is no number of nodes".formatted(comparison.maxNodes()), prefix + "comparison.max-nodes",
					"Use 1 or more; comparison.enabled=false switches comparison off");
		}
	}

	private void checkPositive(String property, Duration duration) {
		if (duration.isZero() || duration.isNegative()) {
			add("%s is no time to wait".formatted(duration), property, "Use a duration above zero, such as 1s");
		}
	}

	private void checkShare(String property, double share) {
		if (!(share >= 0 && share <= 1)) {
			add("%s is no share".formatted(share), property, "Use a number from 0 to 1");
		}
	}

	private void add(String what, @Nullable String property, String fix) {
		String where = "flag '%s'".formatted(this.flag.key());
		this.problems.add(new Problem(what, (property != null) ? where + ", property '" + property + "'" : where, fix));
	}

}
