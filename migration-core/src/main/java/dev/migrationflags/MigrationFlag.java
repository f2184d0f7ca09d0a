package dev.migrationflags;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The definition of one flag: its stages, who has which, and how its operations run. A
 * bean of this type defines a flag as {@code migration.flags.<key>} does; each property
 * has a method of the same name in camel case ({@code read.check-sampling}:
 * {@code readCheckSampling}). Immutable. What is wrong with a definition is reported at
 * start-up, all at once, not by the builder.
 */
public final class MigrationFlag {

	private final Builder source;

	private final MigrationContextKind context;

	private final Map<MigrationStage, Double> rollout;

	private final List<Cohort> cohorts;

	private final Settings settings;

	private final Map<String, Settings> operations;

	private MigrationFlag(Builder builder) {
		this.source = builder.copy();
		this.context = new MigrationContextKind(builder.context);
		this.rollout = unmodifiable(builder.rollout);
		this.cohorts = List.copyOf(builder.cohorts);
		this.settings = builder.settings();
		Map<String, Settings> operations = new LinkedHashMap<>();
		builder.operations.forEach((name, customizer) -> {
			OperationBuilder operation = new OperationBuilder(this.settings);
			customizer.accept(operation);
			operations.put(name, operation.settings());
		});
		this.operations = Collections.unmodifiableMap(operations);
	}

	/**
	 * Starts the definition of a flag.
	 * @param key the key of the flag, {@code [a-z][a-z0-9-]*}
	 * @return a builder
	 */
	public static Builder named(String key) {
		return new Builder(key);
	}

	private static Map<MigrationStage, Double> unmodifiable(Map<MigrationStage, Double> rollout) {
		return rollout.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(rollout));
	}

	/**
	 * A builder with everything that this definition has.
	 * @return a builder of its own
	 */
	public Builder toBuilder() {
		return this.source.copy();
	}

	/**
	 * The key of the flag.
	 * @return the key
	 */
	public String key() {
		return this.source.key;
	}

	/**
	 * What is migrated, in words.
	 * @return the description, empty by default
	 */
	public String description() {
		return this.source.description;
	}

	/**
	 * How many stages the flag has.
	 * @return 2, 4 or 6 in a valid definition; 6 by default
	 */
	public int stages() {
		return this.source.stages;
	}

	/**
	 * The base stage.
	 * @return the stage, or {@code null} if a dynamic source is to tell
	 */
	public @Nullable MigrationStage stage() {
		return this.source.stage;
	}

	/**
	 * The stage until a dynamic source has answered.
	 * @return the stage, or {@code null} to wait for the sources
	 */
	public @Nullable MigrationStage defaultStage() {
		return this.source.defaultStage;
	}

	/**
	 * The salt of the rollout hash.
	 * @return the salt, the flag's key by default
	 */
	public String salt() {
		return (this.source.salt != null) ? this.source.salt : this.source.key;
	}

	/**
	 * Percent of contexts per stage; the rest have the base stage.
	 * @return the rollout, unmodifiable
	 */
	public Map<MigrationStage, Double> rollout() {
		return this.rollout;
	}

	/**
	 * Groups of contexts with a stage of their own, the first match wins.
	 * @return the cohorts, unmodifiable
	 */
	public List<Cohort> cohorts() {
		return this.cohorts;
	}

	/**
	 * The kind of context that owns the data.
	 * @return the kind and whether it was named
	 */
	public MigrationContextKind context() {
		return this.context;
	}

	/**
	 * The readiness checks that shall block, not only inform.
	 * @return the names of the checks, unmodifiable
	 */
	public Set<String> readinessRequired() {
		return this.source.readinessRequired;
	}

	/**
	 * What the readiness checks need to be fine.
	 * @return the thresholds
	 */
	public Readiness readiness() {
		return this.source.readiness;
	}

	/**
	 * When the flag steps back by itself.
	 * @return the limits, not enabled by default
	 */
	public Guardrail guardrail() {
		return this.source.guardrail;
	}

	/**
	 * Whether successes are recorded in {@code migration.calls}.
	 * @return {@code true} by default
	 */
	public boolean trackLatency() {
		return this.source.trackLatency;
	}

	/**
	 * Whether failures are recorded in {@code migration.calls}.
	 * @return {@code true} by default
	 */
	public boolean trackErrors() {
		return this.source.trackErrors;
	}

	/**
	 * How operations of the flag run that have no settings of their own.
	 * @return the settings
	 */
	public Settings settings() {
		return this.settings;
	}

	/**
	 * How an operation runs.
	 * @param operation its name
	 * @return its own settings, else those of the flag
	 */
	public Settings settings(String operation) {
		return this.operations.getOrDefault(operation, this.settings);
	}

	/**
	 * The operations that have settings of their own.
	 * @return their names, unmodifiable
	 */
	public Set<String> overriddenOperations() {
		return this.operations.keySet();
	}

	@Override
	public String toString() {
		return "MigrationFlag[" + key() + "]";
	}

	/**
	 * The kind of context that owns the data of a flag.
	 *
	 * @param named the kind as the definition names it, or {@code null}
	 */
	public record MigrationContextKind(@Nullable String named) {

		/**
		 * The kind that counts.
		 * @return the kind that was named, else {@code user}
		 */
		public String kind() {
			return (this.named != null) ? this.named : MigrationContext.DEFAULT_KIND;
		}

	}

	/**
	 * A group of contexts with a stage, or a rollout, of its own.
	 *
	 * @param name its name, once per flag
	 * @param match all attributes must have one of their values; {@code key} is the
	 * context key
	 * @param stage the stage, or {@code null} if there is a rollout
	 * @param rollout percent per stage, or empty if there is a stage
	 */
	public record Cohort(String name, Map<String, List<Object>> match, @Nullable MigrationStage stage,
			Map<MigrationStage, Double> rollout) {

		/**
		 * Copies the collections.
		 */
		public Cohort {
			Map<String, List<Object>> copy = new LinkedHashMap<>();
			match.forEach((attribute, values) -> copy.put(attribute, List.copyOf(values)));
			match = Collections.unmodifiableMap(copy);
			rollout = unmodifiable(rollout);
		}

	}

	/**
	 * How reads run both sides.
	 *
	 * @param execution the mode
	 * @param timeout how long a secondary read may take
	 * @param sampling share of dual reads, 0 to 1, in which the secondary runs at all
	 * @param checkSampling share of executed dual reads, 0 to 1, that are compared
	 */
	public record Read(ReadExecution execution, Duration timeout, double sampling, double checkSampling) {
	}

	/**
	 * How writes run both sides.
	 *
	 * @param timing when the secondary runs
	 * @param timeout how long the caller waits for it, and never longer than the deadline
	 * @param deadline how long an operation may live before it must not write any more
	 * @param consistency what is known when the secondary was not reached; {@code null}:
	 * marked where both sides are keyed stores, else counted
	 * @param await whether the caller waits for the secondary at all
	 */
	public record Write(WriteTiming timing, Duration timeout, Duration deadline, @Nullable WriteConsistency consistency,
			boolean await) {

		/**
		 * How long the caller waits for the secondary in fact: there is nothing to wait
		 * for after the deadline.
		 * @return the shorter one of time-out and deadline
		 */
		public Duration patience() {
			return (this.timeout.compareTo(this.deadline) < 0) ? this.timeout : this.deadline;
		}

	}

	/**
	 * How results are compared. Paths are understood from the root: {@code updatedAt},
	 * {@code lines[*].id}, {@code **.etag} at any depth.
	 *
	 * @param enabled whether reads are compared at all
	 * @param ignore paths that may differ
	 * @param unordered paths of lists whose order does not matter
	 * @param tolerance absolute tolerance of the numbers at a path
	 * @param showKeys paths of maps whose keys may appear in reports
	 * @param maxNodes values with more nodes are not compared
	 */
	public record Comparison(boolean enabled, Set<String> ignore, Set<String> unordered, Map<String, Double> tolerance,
			Set<String> showKeys, int maxNodes) {

		/**
		 * Copies the collections.
		 */
		public Comparison {
			ignore = Set.copyOf(ignore);
			unordered = Set.copyOf(unordered);
			tolerance = Map.copyOf(tolerance);
			showKeys = Set.copyOf(showKeys);
		}

	}

	/**
	 * What the readiness checks need to be fine.
	 *
	 * @param consistency share of comparisons, below 1, that have to match: what the
	 * comparisons prove of it, not what they show
	 * @param volume how many comparisons are enough
	 * @param errors by how much the share of failed calls of the new side may exceed that
	 * of the old one
	 * @param latency how many times as long as the old side's the new side's 99th
	 * percentile may be
	 * @param window how far to look back, one minute to one hour; for calls five minutes
	 * at most
	 */
	public record Readiness(double consistency, int volume, double errors, double latency, Duration window) {

		/**
		 * What holds where nothing is said.
		 */
		public static final Readiness DEFAULTS = new Readiness(0.999, 1000, 0.01, 1.2, Duration.ofMinutes(5));

	}

	/**
	 * When a flag steps back by itself: an operation whose new side leads, and leaves one
	 * of the limits for a window.
	 *
	 * @param enabled whether it does
	 * @param errors by how much the share of failed calls of the new side may exceed that
	 * of the old one, if that runs too
	 * @param p99 how long the new side's 99th percentile may be; {@code null}: any time
	 * @param latency how many times as long as the old side's the new side's 99th
	 * percentile may be, if that runs too; {@code null}: any number
	 * @param window how far to look back, 15 seconds to five minutes
	 * @param calls without this many calls of an operation nothing is concluded
	 * @param coolDown how long nothing more is done after something was
	 */
	public record Guardrail(boolean enabled, double errors, @Nullable Duration p99, @Nullable Double latency,
			Duration window, int calls, Duration coolDown) {

		/**
		 * What holds where nothing is said.
		 */
		public static final Guardrail DEFAULTS = new Guardrail(false, 0.05, null, null, Duration.ofMinutes(1), 100,
				Duration.ofMinutes(5));

	}

	/**
	 * How operations run.
	 *
	 * @param read how reads run
	 * @param write how writes run
	 * @param comparison how results are compared
	 */
	public record Settings(Read read, Write write, Comparison comparison) {

		/**
		 * What holds where nothing is said.
		 */
		public static final Settings DEFAULTS = new Settings(
				new Read(ReadExecution.DETACHED, Duration.ofSeconds(1), 1.0, 1.0),
				new Write(WriteTiming.AFTER_COMMIT, Duration.ofSeconds(2), Duration.ofSeconds(10), null, true),
				new Comparison(true, Set.of(), Set.of(), Map.of(), Set.of(), 10_000));

	}

	/**
	 * The settings that a flag has for all its operations and an operation may have for
	 * itself.
	 *
	 * @param <B> the builder
	 */
	public abstract static sealed class SettingsBuilder<B extends SettingsBuilder<B>> {

		private ReadExecution readExecution;

		private Duration readTimeout;

		private double readSampling;

		private double readCheckSampling;

		private WriteTiming writeTiming;

		private Duration writeTimeout;

		private Duration writeDeadline;

		private @Nullable WriteConsistency writeConsistency;

		private boolean writeAwait;

		private boolean comparisonEnabled;

		private Set<String> comparisonIgnore;

		private Set<String> comparisonUnordered;

		private Map<String, Double> comparisonTolerance;

		private Set<String> comparisonShowKeys;

		private int comparisonMaxNodes;

		SettingsBuilder(Settings start) {
			this.readExecution = start.read().execution();
			this.readTimeout = start.read().timeout();
			this.readSampling = start.read().sampling();
			this.readCheckSampling = start.read().checkSampling();
			this.writeTiming = start.write().timing();
			this.writeTimeout = start.write().timeout();
			this.writeDeadline = start.write().deadline();
			this.writeConsistency = start.write().consistency();
			this.writeAwait = start.write().await();
			this.comparisonEnabled = start.comparison().enabled();
			this.comparisonIgnore = start.comparison().ignore();
			this.comparisonUnordered = start.comparison().unordered();
			this.comparisonTolerance = start.comparison().tolerance();
			this.comparisonShowKeys = start.comparison().showKeys();
			this.comparisonMaxNodes = start.comparison().maxNodes();
		}

		abstract B self();

		Settings settings() {
			return new Settings(
					new Read(this.readExecution, this.readTimeout, this.readSampling, this.readCheckSampling),
					new Write(this.writeTiming, this.writeTimeout, this.writeDeadline, this.writeConsistency,
							this.writeAwait),
					new Comparison(this.comparisonEnabled, this.comparisonIgnore, this.comparisonUnordered,
							this.comparisonTolerance, this.comparisonShowKeys, this.comparisonMaxNodes));
		}

		/**
		 * How a dual read runs its secondary; detached by default.
		 * @param execution the mode
		 * @return this
		 */
		public B readExecution(ReadExecution execution) {
			this.readExecution = execution;
			return self();
		}

		/**
		 * How long a secondary read may take; one second by default.
		 * @param timeout the limit
		 * @return this
		 */
		public B readTimeout(Duration timeout) {
			this.readTimeout = timeout;
			return self();
		}

		/**
		 * The share of dual reads in which the secondary runs at all; 1 by default.
		 * @param share from 0 to 1
		 * @return this
		 */
		public B readSampling(double share) {
			this.readSampling = share;
			return self();
		}

		/**
		 * The share of executed dual reads that are compared; 1 by default.
		 * @param share from 0 to 1
		 * @return this
		 */
		public B readCheckSampling(double share) {
			this.readCheckSampling = share;
			return self();
		}

		/**
		 * When the secondary write runs; after the commit by default.
		 * @param timing when
		 * @return this
		 */
		public B writeTiming(WriteTiming timing) {
			this.writeTiming = timing;
			return self();
		}

		/**
		 * How long the caller waits for the secondary write; two seconds by default.
		 * @param timeout the limit
		 * @return this
		 */
		public B writeTimeout(Duration timeout) {
			this.writeTimeout = timeout;
			return self();
		}

		/**
		 * How long an operation may live before it must not write any more; ten seconds
		 * by default.
		 * @param deadline the limit
		 * @return this
		 */
		public B writeDeadline(Duration deadline) {
			this.writeDeadline = deadline;
			return self();
		}

		/**
		 * What is known when the secondary was not reached; by default marked where both
		 * sides are keyed stores, else counted.
		 * @param consistency the level
		 * @return this
		 */
		public B writeConsistency(WriteConsistency consistency) {
			this.writeConsistency = consistency;
			return self();
		}

		/**
		 * Whether the caller of a dual write waits for the secondary; on by default. Off
		 * needs marks in a durable store, where a secondary write that is lost or
		 * overtaken is repaired.
		 * @param await whether to wait
		 * @return this
		 */
		public B writeAwait(boolean await) {
			this.writeAwait = await;
			return self();
		}

		/**
		 * Whether reads are compared; on by default.
		 * @param enabled whether to compare
		 * @return this
		 */
		public B comparisonEnabled(boolean enabled) {
			this.comparisonEnabled = enabled;
			return self();
		}

		/**
		 * The paths that may differ.
		 * @param paths such as {@code updatedAt}, {@code lines[*].id}, {@code **.etag}
		 * @return this
		 */
		public B comparisonIgnore(String... paths) {
			this.comparisonIgnore = Set.of(distinct(paths));
			return self();
		}

		/**
		 * The paths of lists whose order does not matter.
		 * @param paths such as {@code lines}
		 * @return this
		 */
		public B comparisonUnordered(String... paths) {
			this.comparisonUnordered = Set.of(distinct(paths));
			return self();
		}

		/**
		 * By how much the numbers at a path may differ.
		 * @param path such as {@code lines[*].price}
		 * @param tolerance absolute, not negative
		 * @return this
		 */
		public B comparisonTolerance(String path, double tolerance) {
			Map<String, Double> copy = new LinkedHashMap<>(this.comparisonTolerance);
			copy.put(path, tolerance);
			this.comparisonTolerance = copy;
			return self();
		}

		/**
		 * The paths of maps whose keys may appear in reports.
		 * @param paths such as {@code totals}
		 * @return this
		 */
		public B comparisonShowKeys(String... paths) {
			this.comparisonShowKeys = Set.of(distinct(paths));
			return self();
		}

		/**
		 * Values with more nodes than this are not compared; 10 000 by default.
		 * @param maxNodes the limit
		 * @return this
		 */
		public B comparisonMaxNodes(int maxNodes) {
			this.comparisonMaxNodes = maxNodes;
			return self();
		}

		private static String[] distinct(String[] paths) {
			return new LinkedHashSet<>(List.of(paths)).toArray(String[]::new);
		}

	}

	/**
	 * Settings of one operation; starts with those of the flag.
	 */
	public static final class OperationBuilder extends SettingsBuilder<OperationBuilder> {

		OperationBuilder(Settings start) {
			super(start);
		}

		@Override
		OperationBuilder self() {
			return this;
		}

	}

	/**
	 * Builds the definition of a flag. Not safe for use by several threads.
	 */
	public static final class Builder extends SettingsBuilder<Builder> {

		private final String key;

		private String description = "";

		private int stages = 6;

		private @Nullable MigrationStage stage;

		private @Nullable MigrationStage defaultStage;

		private @Nullable String salt;

		private final Map<MigrationStage, Double> rollout = new EnumMap<>(MigrationStage.class);

		private final List<Cohort> cohorts = new ArrayList<>();

		private @Nullable String context;

		private Set<String> readinessRequired = Set.of();

		private Readiness readiness = Readiness.DEFAULTS;

		private Guardrail guardrail = Guardrail.DEFAULTS;

		private boolean trackLatency = true;

		private boolean trackErrors = true;

		private final Map<String, Consumer<OperationBuilder>> operations = new LinkedHashMap<>();

		Builder(String key) {
			this(key, Settings.DEFAULTS);
		}

		private Builder(String key, Settings settings) {
			super(settings);
			this.key = key;
		}

		private Builder copy() {
			Builder copy = new Builder(this.key, settings());
			copy.description = this.description;
			copy.stages = this.stages;
			copy.stage = this.stage;
			copy.defaultStage = this.defaultStage;
			copy.salt = this.salt;
			copy.rollout.putAll(this.rollout);
			copy.cohorts.addAll(this.cohorts);
			copy.context = this.context;
			copy.readinessRequired = this.readinessRequired;
			copy.readiness = this.readiness;
			copy.guardrail = this.guardrail;
			copy.trackLatency = this.trackLatency;
			copy.trackErrors = this.trackErrors;
			copy.operations.putAll(this.operations);
			return copy;
		}

		@Override
		Builder self() {
			return this;
		}

		/**
		 * What is migrated, in words.
		 * @param description the description
		 * @return this
		 */
		public Builder description(String description) {
			this.description = description;
			return this;
		}

		/**
		 * How many stages the flag has; 6 by default.
		 * @param stages 2, 4 or 6
		 * @return this
		 */
		public Builder stages(int stages) {
			this.stages = stages;
			return this;
		}

		/**
		 * The base stage.
		 * @param stage the stage
		 * @return this
		 */
		public Builder stage(MigrationStage stage) {
			this.stage = stage;
			return this;
		}

		/**
		 * The stage until a dynamic source has answered.
		 * @param stage the stage
		 * @return this
		 */
		public Builder defaultStage(MigrationStage stage) {
			this.defaultStage = stage;
			return this;
		}

		/**
		 * The salt of the rollout hash; the flag's key by default.
		 * @param salt the salt
		 * @return this
		 */
		public Builder salt(String salt) {
			this.salt = salt;
			return this;
		}

		/**
		 * Gives a share of contexts a stage of its own.
		 * @param stage the stage
		 * @param percent from 0 to 100
		 * @return this
		 */
		public Builder rollout(MigrationStage stage, double percent) {
			this.rollout.put(stage, percent);
			return this;
		}

		/**
		 * Adds a cohort that has a stage.
		 * @param name its name
		 * @param match the attributes and the values that they may have
		 * @param stage the stage
		 * @return this
		 */
		public Builder cohort(String name, Map<String, ? extends Collection<?>> match, MigrationStage stage) {
			return cohort(new Cohort(name, copy(match), stage, Map.of()));
		}

		/**
		 * Adds a cohort that has a rollout; its rest has the base stage.
		 * @param name its name
		 * @param match the attributes and the values that they may have
		 * @param rollout percent per stage
		 * @return this
		 */
		public Builder cohort(String name, Map<String, ? extends Collection<?>> match,
				Map<MigrationStage, Double> rollout) {
			return cohort(new Cohort(name, copy(match), null, rollout));
		}

		/**
		 * Adds a cohort.
		 * @param cohort the cohort
		 * @return this
		 */
		public Builder cohort(Cohort cohort) {
			this.cohorts.add(cohort);
			return this;
		}

		private static Map<String, List<Object>> copy(Map<String, ? extends Collection<?>> match) {
			Map<String, List<Object>> copy = new LinkedHashMap<>();
			match.forEach((attribute, values) -> copy.put(attribute, List.copyOf(values)));
			return copy;
		}

		/**
		 * The kind of context that owns the data.
		 * @param kind such as {@code customer}
		 * @return this
		 */
		public Builder context(String kind) {
			this.context = kind;
			return this;
		}

		/**
		 * The readiness checks that shall block, not only inform.
		 * @param checks their names
		 * @return this
		 */
		public Builder readinessRequired(String... checks) {
			this.readinessRequired = Set.copyOf(List.of(checks));
			return this;
		}

		/**
		 * The share of comparisons that have to match; 0.999 by default.
		 * @param share above 0, below 1
		 * @return this
		 */
		public Builder readinessConsistency(double share) {
			this.readiness = new Readiness(share, this.readiness.volume(), this.readiness.errors(),
					this.readiness.latency(), this.readiness.window());
			return this;
		}

		/**
		 * How many comparisons are enough; 1000 by default.
		 * @param comparisons 1 or more
		 * @return this
		 */
		public Builder readinessVolume(int comparisons) {
			this.readiness = new Readiness(this.readiness.consistency(), comparisons, this.readiness.errors(),
					this.readiness.latency(), this.readiness.window());
			return this;
		}

		/**
		 * By how much the share of failed calls of the new side may exceed that of the
		 * old one; 0.01 by default.
		 * @param share from 0 to 1
		 * @return this
		 */
		public Builder readinessErrors(double share) {
			this.readiness = new Readiness(this.readiness.consistency(), this.readiness.volume(), share,
					this.readiness.latency(), this.readiness.window());
			return this;
		}

		/**
		 * How many times as long as the old side's the new side's 99th percentile may be;
		 * 1.2 by default.
		 * @param ratio above 0
		 * @return this
		 */
		public Builder readinessLatency(double ratio) {
			this.readiness = new Readiness(this.readiness.consistency(), this.readiness.volume(),
					this.readiness.errors(), ratio, this.readiness.window());
			return this;
		}

		/**
		 * How far the readiness checks look back; five minutes by default.
		 * @param window one minute to one hour
		 * @return this
		 */
		public Builder readinessWindow(Duration window) {
			this.readiness = new Readiness(this.readiness.consistency(), this.readiness.volume(),
					this.readiness.errors(), this.readiness.latency(), window);
			return this;
		}

		/**
		 * Whether the flag steps back by itself when the new side fails; off by default.
		 * @param enabled whether it does
		 * @return this
		 */
		public Builder guardrailEnabled(boolean enabled) {
			this.guardrail = new Guardrail(enabled, this.guardrail.errors(), this.guardrail.p99(),
					this.guardrail.latency(), this.guardrail.window(), this.guardrail.calls(),
					this.guardrail.coolDown());
			return this;
		}

		/**
		 * By how much the share of failed calls of the new side may exceed that of the
		 * old one before the flag steps back; 0.05 by default.
		 * @param share from 0 to 1
		 * @return this
		 */
		public Builder guardrailErrors(double share) {
			this.guardrail = new Guardrail(this.guardrail.enabled(), share, this.guardrail.p99(),
					this.guardrail.latency(), this.guardrail.window(), this.guardrail.calls(),
					this.guardrail.coolDown());
			return this;
		}

		/**
		 * How long the new side's 99th percentile may be before the flag steps back; any
		 * time by default.
		 * @param limit the limit
		 * @return this
		 */
		public Builder guardrailP99(Duration limit) {
			this.guardrail = new Guardrail(this.guardrail.enabled(), this.guardrail.errors(), limit,
					this.guardrail.latency(), this.guardrail.window(), this.guardrail.calls(),
					this.guardrail.coolDown());
			return this;
		}

		/**
		 * How many times as long as the old side's the new side's 99th percentile may be
		 * before the flag steps back; any number by default.
		 * @param ratio above 0
		 * @return this
		 */
		public Builder guardrailLatency(double ratio) {
			this.guardrail = new Guardrail(this.guardrail.enabled(), this.guardrail.errors(), this.guardrail.p99(),
					ratio, this.guardrail.window(), this.guardrail.calls(), this.guardrail.coolDown());
			return this;
		}

		/**
		 * How far the guardrail looks back; one minute by default.
		 * @param window 15 seconds to five minutes
		 * @return this
		 */
		public Builder guardrailWindow(Duration window) {
			this.guardrail = new Guardrail(this.guardrail.enabled(), this.guardrail.errors(), this.guardrail.p99(),
					this.guardrail.latency(), window, this.guardrail.calls(), this.guardrail.coolDown());
			return this;
		}

		/**
		 * Without this many calls of an operation the guardrail concludes nothing; 100 by
		 * default.
		 * @param calls 1 or more
		 * @return this
		 */
		public Builder guardrailCalls(int calls) {
			this.guardrail = new Guardrail(this.guardrail.enabled(), this.guardrail.errors(), this.guardrail.p99(),
					this.guardrail.latency(), this.guardrail.window(), calls, this.guardrail.coolDown());
			return this;
		}

		/**
		 * How long the guardrail does nothing more after it has done something; five
		 * minutes by default.
		 * @param coolDown above 0
		 * @return this
		 */
		public Builder guardrailCoolDown(Duration coolDown) {
			this.guardrail = new Guardrail(this.guardrail.enabled(), this.guardrail.errors(), this.guardrail.p99(),
					this.guardrail.latency(), this.guardrail.window(), this.guardrail.calls(), coolDown);
			return this;
		}

		/**
		 * Whether successes are recorded in {@code migration.calls}; on by default.
		 * @param track whether to record
		 * @return this
		 */
		public Builder trackLatency(boolean track) {
			this.trackLatency = track;
			return this;
		}

		/**
		 * Whether failures are recorded in {@code migration.calls}; on by default.
		 * @param track whether to record
		 * @return this
		 */
		public Builder trackErrors(boolean track) {
			this.trackErrors = track;
			return this;
		}

		/**
		 * Gives one operation settings of its own.
		 * @param name the name of the operation
		 * @param settings changes what differs from the flag's
		 * @return this
		 */
		public Builder operation(String name, Consumer<OperationBuilder> settings) {
			this.operations.merge(name, settings, Consumer::andThen);
			return this;
		}

		/**
		 * Builds the definition.
		 * @return the flag
		 */
		public MigrationFlag build() {
			return new MigrationFlag(this);
		}

	}

}
