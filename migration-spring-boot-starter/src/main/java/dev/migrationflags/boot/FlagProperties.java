package dev.migrationflags.boot;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlag.SettingsBuilder;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteConsistency;
import dev.migrationflags.WriteTiming;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * The properties under {@code migration.flags.<flag>}. What is not set is {@code null},
 * so that it can come from elsewhere: a bean, the flag, the defaults of
 * {@link MigrationFlag}.
 *
 * @param description What is migrated, in words.
 * @param stage The base stage: of everybody who is in no cohort and no rollout.
 * @param stages How many stages the flag has: 2, 4 or 6. The default is 6.
 * @param defaultStage The stage until a dynamic source has answered. Without it, start-up
 * waits for the sources.
 * @param salt The salt of the rollout hash. The default is the key of the flag.
 * @param rollout Percent of contexts by stage. The rest have the base stage.
 * @param cohorts Groups of contexts with a stage of their own. The first match wins.
 * @param context The kind of context that owns the data, such as customer.
 * @param trackLatency Whether successes are recorded in migration.calls. The default is
 * true.
 * @param trackErrors Whether failures are recorded in migration.calls. The default is
 * true.
 * @param read How reads run both sides.
 * @param readiness What has to be right before a move.
 * @param write How writes run both sides.
 * @param comparison How results are compared.
 * @param operations Settings of single operations, by name of the operation.
 */
@ConfigurationPropertiesSource
record FlagProperties(@Nullable String description, @Nullable MigrationStage stage, @Nullable Integer stages,
		@Nullable MigrationStage defaultStage, @Nullable String salt, @Nullable Map<MigrationStage, Double> rollout,
		@Nullable List<Cohort> cohorts, @Nullable String context, @Nullable Boolean trackLatency,
		@Nullable Boolean trackErrors, @Nullable Read read, @Nullable Readiness readiness, @Nullable Write write,
		@Nullable Comparison comparison, @Nullable Map<String, Operation> operations) {

	/**
	 * Sets what these properties say.
	 * @param flag the flag to change
	 */
	void applyTo(MigrationFlag.Builder flag) {
		set(this.description, flag::description);
		set(this.stages, flag::stages);
		set(this.stage, flag::stage);
		set(this.defaultStage, flag::defaultStage);
		set(this.salt, flag::salt);
		set(this.rollout, (rollout) -> rollout.forEach(flag::rollout));
		set(this.cohorts, (cohorts) -> cohorts.forEach((cohort) -> flag.cohort(cohort.toCohort())));
		set(this.context, flag::context);
		set(this.readiness, (readiness) -> set(readiness.required(),
				(required) -> flag.readinessRequired(required.toArray(String[]::new))));
		set(this.trackLatency, flag::trackLatency);
		set(this.trackErrors, flag::trackErrors);
		applySettings(flag, this.read, this.write, this.comparison);
		set(this.operations, (operations) -> operations.forEach((name, operation) -> flag.operation(name,
				(settings) -> applySettings(settings, operation.read(), operation.write(), operation.comparison()))));
	}

	private static void applySettings(SettingsBuilder<?> settings, @Nullable Read read, @Nullable Write write,
			@Nullable Comparison comparison) {
		set(read, (value) -> value.applyTo(settings));
		set(write, (value) -> value.applyTo(settings));
		set(comparison, (value) -> value.applyTo(settings));
	}

	private static <T> void set(@Nullable T value, Consumer<T> setter) {
		if (value != null) {
			setter.accept(value);
		}
	}

	/**
	 * A group of contexts with a stage, or a rollout, of its own.
	 *
	 * @param name The name of the cohort, once per flag.
	 * @param match Attributes and the values that they may have. All attributes have to
	 * match; key is the context key.
	 * @param stage The stage of the cohort.
	 * @param rollout Percent of the cohort by stage, instead of a stage. The rest have
	 * the base stage.
	 */
	@ConfigurationPropertiesSource
	record Cohort(@Nullable String name, @Nullable Map<String, List<Object>> match, @Nullable MigrationStage stage,
			@Nullable Map<MigrationStage, Double> rollout) {

		MigrationFlag.Cohort toCohort() {
			return new MigrationFlag.Cohort((this.name != null) ? this.name : "",
					(this.match != null) ? this.match : Map.of(), this.stage,
					(this.rollout != null) ? this.rollout : Map.of());
		}

	}

	/**
	 * What has to be right before a move.
	 *
	 * @param required Readiness checks that shall block a move, not only inform.
	 */
	record Readiness(@Nullable List<String> required) {
	}

	/**
	 * How reads run both sides.
	 *
	 * @param execution How the secondary side of a read runs. The default is detached.
	 * @param timeout How long a secondary read may take. The default is 1s.
	 * @param sampling Share of dual reads, 0 to 1, in which the secondary runs at all.
	 * The default is 1.
	 * @param checkSampling Share of executed dual reads, 0 to 1, that are compared. The
	 * default is 1.
	 */
	record Read(@Nullable ReadExecution execution, @Nullable Duration timeout, @Nullable Double sampling,
			@Nullable Double checkSampling) {

		private void applyTo(SettingsBuilder<?> settings) {
			set(this.execution, settings::readExecution);
			set(this.timeout, settings::readTimeout);
			set(this.sampling, settings::readSampling);
			set(this.checkSampling, settings::readCheckSampling);
		}

	}

	/**
	 * How writes run both sides.
	 *
	 * @param timing When the secondary write runs. The default is after-commit.
	 * @param timeout How long the caller waits for the secondary write. The default is
	 * 2s.
	 * @param deadline How long an operation may live before it must not write any more.
	 * The default is 10s.
	 * @param consistency What is known when the secondary was not reached. The default is
	 * marked where both sides are keyed stores, else counted.
	 * @param await Whether the caller waits for the secondary write. The default is true.
	 * False needs marks in a durable store.
	 */
	record Write(@Nullable WriteTiming timing, @Nullable Duration timeout, @Nullable Duration deadline,
			@Nullable WriteConsistency consistency, @Nullable Boolean await) {

		private void applyTo(SettingsBuilder<?> settings) {
			set(this.timing, settings::writeTiming);
			set(this.timeout, settings::writeTimeout);
			set(this.deadline, settings::writeDeadline);
			set(this.consistency, settings::writeConsistency);
			set(this.await, settings::writeAwait);
		}

	}

	/**
	 * How results are compared.
	 *
	 * @param enabled Whether reads are compared at all. The default is true.
	 * @param ignore Paths that may differ, such as updatedAt, lines[*].id or **.etag.
	 * @param unordered Paths of lists whose order does not matter.
	 * @param tolerance Absolute tolerance of the numbers at a path.
	 * @param showKeys Paths of maps whose keys may appear in reports.
	 * @param maxNodes Values with more nodes are not compared. The default is 10000.
	 */
	record Comparison(@Nullable Boolean enabled, @Nullable List<String> ignore, @Nullable List<String> unordered,
			@Nullable Map<String, Double> tolerance, @Nullable List<String> showKeys, @Nullable Integer maxNodes) {

		private void applyTo(SettingsBuilder<?> settings) {
			set(this.enabled, settings::comparisonEnabled);
			set(this.ignore, (paths) -> settings.comparisonIgnore(paths.toArray(String[]::new)));
			set(this.unordered, (paths) -> settings.comparisonUnordered(paths.toArray(String[]::new)));
			set(this.tolerance, (tolerances) -> tolerances.forEach(settings::comparisonTolerance));
			set(this.showKeys, (paths) -> settings.comparisonShowKeys(paths.toArray(String[]::new)));
			set(this.maxNodes, settings::comparisonMaxNodes);
		}

	}

	/**
	 * Settings of one operation; what is not set is that of the flag.
	 *
	 * @param read How reads of the operation run both sides.
	 * @param write How writes of the operation run both sides.
	 * @param comparison How results of the operation are compared.
	 */
	@ConfigurationPropertiesSource
	record Operation(@Nullable Read read, @Nullable Write write, @Nullable Comparison comparison) {
	}

}
