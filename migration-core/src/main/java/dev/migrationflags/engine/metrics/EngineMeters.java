package dev.migrationflags.engine.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.flags.Flag;

/**
 * The meters of an application. The registry is asked for when the first meter is needed,
 * not earlier: whoever asks for it while beans are still being post-processed wrecks the
 * application's own metrics. A registry or a meter filter that throws costs a warning,
 * never a call. One that hangs, hangs whoever records, the caller included: there is no
 * defence against that but another thread for every number.
 */
public final class EngineMeters {

	private static final Logger logger = LoggerFactory.getLogger(EngineMeters.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final ExceptionNames exceptions = new ExceptionNames();

	private final Supplier<@Nullable MeterRegistry> registry;

	private final @Nullable Supplier<@Nullable ObservationRegistry> observations;

	private final Map<String, Map<RecordsKey, OperationRecords>> records = new ConcurrentHashMap<>();

	private final LongSupplier nanoTime;

	/**
	 * Creates the meters, without observations.
	 * @param registry gives the registry, or {@code null} if there is none
	 */
	public EngineMeters(Supplier<@Nullable MeterRegistry> registry) {
		this(registry, null);
	}

	/**
	 * Creates the meters.
	 * @param registry gives the registry, or {@code null} if there is none
	 * @param observations gives the registry of observations, or {@code null} if there is
	 * none; {@code null} itself if sides are not observed
	 */
	public EngineMeters(Supplier<@Nullable MeterRegistry> registry,
			@Nullable Supplier<@Nullable ObservationRegistry> observations) {
		this(registry, observations, System::nanoTime);
	}

	/**
	 * Creates the meters.
	 * @param registry gives the registry, or {@code null} if there is none
	 * @param observations gives the registry of observations, or {@code null} if there is
	 * none; {@code null} itself if sides are not observed
	 * @param nanoTime tells the time, as {@link System#nanoTime()} does
	 */
	public EngineMeters(Supplier<@Nullable MeterRegistry> registry,
			@Nullable Supplier<@Nullable ObservationRegistry> observations, LongSupplier nanoTime) {
		this.registry = registry;
		this.observations = observations;
		this.nanoTime = nanoTime;
	}

	/**
	 * Meters that record nothing.
	 * @return such meters
	 */
	public static EngineMeters none() {
		return new EngineMeters(() -> null);
	}

	/**
	 * The meters of one operation.
	 * @param flag the key of its flag
	 * @param operation its name
	 * @param type whether it reads or writes: {@code read} or {@code write}
	 * @param latency whether successes are recorded
	 * @param errors whether failures are recorded
	 * @return its meters
	 */
	public OperationMeters operation(String flag, String operation, String type, boolean latency, boolean errors) {
		OperationRecords records = this.records.computeIfAbsent(flag, (key) -> new ConcurrentHashMap<>())
			.computeIfAbsent(new RecordsKey(operation, type), (key) -> new OperationRecords(operation, type, now()));
		return new OperationMeters(this, records, flag, operation, type, latency, errors);
	}

	/**
	 * The calls of a flag on this node. Where successes or failures are not tracked, they
	 * are not in here either.
	 * @param flag the key of the flag
	 * @return the calls by operation, stage and side, in this order; without those that
	 * there were none of
	 */
	public List<CallSummary> calls(String flag) {
		return all(flag, (records) -> records.calls(now()));
	}

	/**
	 * The last calls of a flag on this node, at most those since its last change of
	 * stage.
	 * @param flag the key of the flag
	 * @param window how far to look back: from 15 seconds to five minutes
	 * @return the calls by operation, stage and side, in this order; without those that
	 * there never were any of
	 */
	public List<CallWindow> calls(String flag, Duration window) {
		return all(flag, (records) -> records.calls(window, now()));
	}

	/**
	 * The comparisons of a flag on this node since its start.
	 * @param flag the key of the flag
	 * @return the comparisons by operation and stage, in this order
	 */
	public List<ComparisonSummary> comparisons(String flag) {
		return all(flag, (records) -> records.comparisons(now()));
	}

	/**
	 * The last comparisons of a flag on this node, at most those since its last change of
	 * stage.
	 * @param flag the key of the flag
	 * @param window how far to look back, in whole minutes: from one to sixty, and up to
	 * one minute more
	 * @return the comparisons by operation and stage, in this order
	 */
	public List<ComparisonSummary> comparisons(String flag, Duration window) {
		return all(flag, (records) -> records.comparisons(window, now()));
	}

	/**
	 * The comparisons of a flag on this node over the last hour, minute by minute.
	 * @param flag the key of the flag
	 * @return the comparisons by operation and stage, oldest first; without minutes in
	 * which nothing was compared
	 */
	public List<ComparisonBucket> comparisonsByMinute(String flag) {
		return all(flag, (records) -> records.minutes(now()));
	}

	/**
	 * What was left out on this node since its start.
	 * @param flag the key of the flag
	 * @return how often, by operation and reason
	 */
	public List<SkipSummary> skipped(String flag) {
		return all(flag, OperationRecords::skipped);
	}

	private <T> List<T> all(String flag, Function<OperationRecords, List<T>> read) {
		List<T> all = new ArrayList<>();
		this.records.getOrDefault(flag, Map.of())
			.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey())
			.forEach((entry) -> all.addAll(read.apply(entry.getValue())));
		return all;
	}

	long now() {
		return this.nanoTime.getAsLong();
	}

	@Nullable OperationObservations observations(String flag, String operation, String type) {
		return (this.observations != null) ? new OperationObservations(this.observations, this, flag, operation, type)
				: null;
	}

	/**
	 * Registers the gauge of a flag's base stage.
	 * @param flag the flag
	 */
	public void stageGauge(Flag flag) {
		safely(registry -> Gauge.builder("migration.stage", flag, (f) -> f.stage().ordinal())
			.description("Base stage, 0 (off) to 5 (complete)")
			.tag("flag", flag.key())
			.register(registry));
	}

	/**
	 * Registers a gauge of a flag.
	 * @param name the name of the meter
	 * @param description what it measures
	 * @param flag the key of the flag
	 * @param value gives the value, quick; {@code NaN} if it is unknown
	 */
	public void flagGauge(String name, String description, String flag, Supplier<Number> value) {
		safely((registry) -> Gauge.builder(name, value).description(description).tag("flag", flag).register(registry));
	}

	/**
	 * Counts repairs of keys.
	 * @param flag the key of the flag
	 * @param result {@code marked}, {@code repaired}, {@code failed}, {@code parked} or
	 * {@code voided}
	 * @param count how many
	 */
	public void repaired(String flag, String result, int count) {
		safely((registry) -> Counter.builder("migration.repairs")
			.description("Keys whose two sides may have differed, by what became of them")
			.tag("flag", flag)
			.tag("result", result)
			.register(registry)
			.increment(count));
	}

	/**
	 * Counts a change of stage. What is known of the last minutes begins anew.
	 * @param event the change
	 */
	public void stageChanged(StageChangedEvent event) {
		forgetLastMinutes(event.flag());
		safely(registry -> Counter.builder("migration.stage.changes")
			.description("Changes of the base stage")
			.tag("flag", event.flag())
			.tag("from", event.from().key())
			.tag("to", event.to().key())
			.tag("forced", Boolean.toString(event.forced()))
			.register(registry)
			.increment());
	}

	/**
	 * Lets what is known of the last minutes begin anew. Totals go on.
	 * @param flag the key of the flag
	 */
	public void forgetLastMinutes(String flag) {
		this.records.getOrDefault(flag, Map.of()).values().forEach((records) -> records.beginEpoch(now()));
	}

	/**
	 * Counts what a guardrail has done.
	 * @param flag the key of the flag
	 * @param action what it has done
	 */
	public void guardrail(String flag, String action) {
		safely(registry -> Counter.builder("migration.guardrail.actions")
			.description("What guardrails have done, or wanted to")
			.tag("flag", flag)
			.tag("action", action)
			.register(registry)
			.increment());
	}

	/**
	 * Counts that something which decides the stage of a call failed.
	 * @param flag the key of the flag
	 * @param source what failed: the bean name of a source, {@code context}, {@code key}
	 * or another of the contract's names
	 */
	public void flagError(String flag, String source) {
		safely(registry -> Counter.builder("migration.flag.errors")
			.description("Failures of what decides the stage of a call")
			.tag("flag", flag)
			.tag("source", source)
			.register(registry)
			.increment());
	}

	String exception(Throwable error) {
		return this.exceptions.of(error);
	}

	@Nullable MeterRegistry registry() {
		return this.registry.get();
	}

	void safely(RegistryAction action) {
		try {
			MeterRegistry registry = registry();
			if (registry != null) {
				action.with(registry);
			}
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	void failed(Throwable cause) {
		this.trouble.warn("A migration meter could not be recorded; calls go on without it", cause);
	}

	private record RecordsKey(String operation, String type) implements Comparable<RecordsKey> {

		private static final Comparator<RecordsKey> ORDER = Comparator.comparing(RecordsKey::operation)
			.thenComparing(RecordsKey::type);

		@Override
		public int compareTo(RecordsKey other) {
			return ORDER.compare(this, other);
		}

	}

	@FunctionalInterface
	interface RegistryAction {

		void with(MeterRegistry registry);

	}

}
