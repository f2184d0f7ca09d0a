package dev.migrationflags.engine;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigratorBuilder;
import dev.migrationflags.Mismatch;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.pool.DaemonThreads;
import dev.migrationflags.engine.pool.FairPool;
import dev.migrationflags.engine.pool.Watchdog;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageMoves;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole engine with one flag, {@code orders-db}, as an application would wire it: reads
 * are serial and writes immediate unless a test says otherwise.
 */
final class TestEngine implements AutoCloseable {

	static final String FLAG = "orders-db";

	final BlockingQueue<Mismatch> told = new LinkedBlockingQueue<>();

	final MismatchReporter reporter = new MismatchReporter(100, () -> List.of(this.told::add), Clock.systemUTC());

	final FairPool pool;

	final Watchdog watchdog = new Watchdog();

	final MeterRegistry meters;

	final EngineMeters engineMeters;

	final FlagRegistry flags;

	final Flag flag;

	final StageMoves moves;

	final Engine engine;

	private final ContextSource contexts;

	private TestEngine(MigrationFlag definition, MeterRegistry meters, ContextSource contexts, FairPool pool) {
		this.pool = pool;
		this.meters = meters;
		this.engineMeters = new EngineMeters(() -> meters);
		this.flags = FlagRegistry.of(List.of(definition));
		this.flag = this.flags.get(FLAG);
		this.moves = new StageMoves(this.flags, this.engineMeters::stageChanged, () -> null, Clock.systemUTC(), true,
				true);
		this.contexts = contexts;
		this.engine = with(this.engineMeters, ComparatorLookup.NONE, false);
	}

	/**
	 * Another engine on the same flag and reporter.
	 */
	Engine with(EngineMeters meters, ComparatorLookup comparators, boolean includeValues) {
		return new Engine(meters, this.contexts, comparators, this.reporter, includeValues,
				new Secondaries(this.pool, this.watchdog, ContextCarrier.NONE), CallerTransactions.NONE);
	}

	/**
	 * Another engine on the same flag that reports elsewhere.
	 */
	Engine with(MismatchReporter reporter) {
		return new Engine(this.engineMeters, this.contexts, ComparatorLookup.NONE, reporter, false,
				new Secondaries(this.pool, this.watchdog, ContextCarrier.NONE), CallerTransactions.NONE);
	}

	/**
	 * Another engine on the same flag whose callers are in transactions.
	 */
	Engine with(CallerTransactions transactions) {
		return new Engine(this.engineMeters, this.contexts, ComparatorLookup.NONE, this.reporter, false,
				new Secondaries(this.pool, this.watchdog, ContextCarrier.NONE), transactions);
	}

	/**
	 * Another engine on the same flag that keeps stages.
	 */
	Engine with(CallerTransactions transactions, PinScope pins) {
		return new Engine(this.engineMeters, this.contexts, ComparatorLookup.NONE, this.reporter, false,
				new Secondaries(this.pool, this.watchdog, ContextCarrier.NONE), transactions, pins);
	}

	static TestEngine at(MigrationStage stage) {
		return at(stage, UnaryOperator.identity());
	}

	static TestEngine at(MigrationStage stage, UnaryOperator<MigrationFlag.Builder> settings) {
		return at(stage, settings, new SimpleMeterRegistry(), MigrationContext::anonymous);
	}

	/**
	 * An engine whose pool is small.
	 */
	static TestEngine at(MigrationStage stage, UnaryOperator<MigrationFlag.Builder> settings, int threads, int queue) {
		return at(stage, settings, new SimpleMeterRegistry(), MigrationContext::anonymous, threads, queue);
	}

	/**
	 * An engine on this pool.
	 */
	static TestEngine at(MigrationStage stage, UnaryOperator<MigrationFlag.Builder> settings, FairPool pool) {
		return at(stage, settings, new SimpleMeterRegistry(), MigrationContext::anonymous, pool);
	}

	static TestEngine at(MigrationStage stage, UnaryOperator<MigrationFlag.Builder> settings, MeterRegistry meters,
			ContextSource contexts) {
		return at(stage, settings, meters, contexts, 16, 256);
	}

	private static TestEngine at(MigrationStage stage, UnaryOperator<MigrationFlag.Builder> settings,
			MeterRegistry meters, ContextSource contexts, int threads, int queue) {
		return at(stage, settings, meters, contexts,
				new FairPool(threads, queue, DaemonThreads.numbered("migration-test-")));
	}

	private static TestEngine at(MigrationStage stage, UnaryOperator<MigrationFlag.Builder> settings,
			MeterRegistry meters, ContextSource contexts, FairPool pool) {
		MigrationFlag.Builder flag = MigrationFlag.named(FLAG)
			.stage(stage)
			.readExecution(ReadExecution.SERIAL)
			.writeTiming(WriteTiming.IMMEDIATE);
		return new TestEngine(settings.apply(flag).build(), meters, contexts, pool);
	}

	<P, R, W> MigratorBuilder<P, R, W> migrator() {
		return new EngineMigrators(this.engine, this.flags).migrator(FLAG);
	}

	Operation operation(String name, OperationType type) {
		return this.engine.operation(OperationSpec.of(this.flag, name, type));
	}

	/**
	 * The next mismatch that the listeners hear of.
	 */
	Mismatch mismatch() {
		try {
			Mismatch mismatch = this.told.poll(20, TimeUnit.SECONDS);
			assertThat(mismatch).as("mismatch within 20 s").isNotNull();
			return Objects.requireNonNull(mismatch);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	double compared(MigrationStage stage, String result) {
		Counter counter = this.meters.find("migration.comparisons")
			.tags("flag", FLAG, "stage", stage.key(), "result", result)
			.counter();
		return (counter != null) ? counter.count() : 0;
	}

	double compared() {
		return this.meters.find("migration.comparisons").counters().stream().mapToDouble(Counter::count).sum();
	}

	double skipped(String reason) {
		Counter counter = this.meters.find("migration.skipped").tags("flag", FLAG, "reason", reason).counter();
		return (counter != null) ? counter.count() : 0;
	}

	long calls(String... tags) {
		return this.meters.find("migration.calls").tags(tags).timers().stream().mapToLong(Timer::count).sum();
	}

	@Override
	public void close() {
		this.reporter.close();
		this.pool.close();
		this.watchdog.close();
		this.meters.close();
	}

}
