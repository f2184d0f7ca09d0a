package dev.migrationflags.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.KeyedStore;
import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationException;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.SyncStatus.State;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.jdbc.Database;
import dev.migrationflags.engine.jdbc.Initialization;
import dev.migrationflags.engine.jdbc.JdbcMarks;
import dev.migrationflags.engine.jdbc.JdbcStages;
import dev.migrationflags.engine.jdbc.JdbcSyncs;
import dev.migrationflags.engine.jdbc.TestDatabase;
import dev.migrationflags.engine.mark.BacklogCheck;
import dev.migrationflags.engine.mark.KeyRepairs;
import dev.migrationflags.engine.mark.KeyText;
import dev.migrationflags.engine.mark.KeyTexts;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.engine.mark.MarkGuard;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.pool.DaemonThreads;
import dev.migrationflags.engine.pool.FairPool;
import dev.migrationflags.engine.pool.Watchdog;
import dev.migrationflags.engine.sync.BackgroundSync;
import dev.migrationflags.engine.sync.SyncSettings;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageMoves;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes on one PostgreSQL that keeps their stages, marks and checkpoints, with writes
 * on both of them.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwoNodesTests {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final KeyText KEYS = Objects.requireNonNull(KeyTexts.of(Long.class));

	private final String key = "f-" + UUID.randomUUID();

	private final Side oldSide = new Side();

	private final Side newSide = new Side();

	private final List<AutoCloseable> open = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.numbered("caller-"));

	private final AtomicLong values = new AtomicLong();

	private final AtomicBoolean stop = new AtomicBoolean();

	private HikariDataSource pool = TestDatabase.POSTGRESQL.pool(16);

	@BeforeEach
	void initialize() {
		this.open.add(this.pool);
		Database.open(this.pool, Duration.ofSeconds(2)).initialize(Initialization.ALWAYS);
	}

	@AfterEach
	void close() throws Exception {
		this.stop.set(true);
		this.threads.shutdownNow();
		for (int i = this.open.size() - 1; i >= 0; i--) {
			this.open.get(i).close();
		}
	}

	private Node node(MigrationStage stage, Duration deadline) {
		Node node = new Node(stage, deadline);
		this.open.add(node);
		return node;
	}

	private void execute(String sql) throws Exception {
		try (var connection = this.pool.getConnection(); var statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	/**
	 * Writes keys that nobody else writes, on both nodes by turns, and reads each of them
	 * on the other one: what was acknowledged is there, on every node, at once.
	 */
	private Callable<Integer> writer(long first, int count, Node... nodes) {
		return () -> {
			int acknowledged = 0;
			while (!this.stop.get()) {
				long key = first + ThreadLocalRandom.current().nextInt(count);
				Object value = (ThreadLocalRandom.current().nextInt(4) > 0) ? this.values.incrementAndGet() : null;
				try {
					nodes[acknowledged % nodes.length].save(key, value);
				}
				catch (MarkUnavailableException ex) {
					// too late, on a machine that is busy: nothing was written
					continue;
				}
				acknowledged++;
				assertThat(nodes[acknowledged % nodes.length].find(key)).isEqualTo(value);
			}
			return acknowledged;
		};
	}

	private List<Future<Integer>> write(int writers, int keys, Node... nodes) {
		List<Future<Integer>> running = new ArrayList<>();
		for (int i = 0; i < writers; i++) {
			running.add(this.threads.submit(writer((long) i * keys, keys, nodes)));
		}
		return running;
	}

	private void stop(List<Future<Integer>> running) throws Exception {
		this.stop.set(true);
		for (Future<Integer> writer : running) {
			assertThat(writer.get()).isPositive();
		}
	}

	private void assertDrained(Node node) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
			node.marks.flush(this.key);
			return !node.marks.hasMarks(this.key);
		});
		assertThat(this.newSide.rows).isEqualTo(this.oldSide.rows);
	}

	@Test
	void flipsForwardAndBackUnderWritesLoseNothingAndAreSeenByAllAtOnce() throws Exception {
		Node one = node(SHADOW, Duration.ofSeconds(10));
		Node other = node(SHADOW, Duration.ofSeconds(10));
		this.oldSide.failures = 0.05;
		this.newSide.failures = 0.05;
		List<Future<Integer>> running = write(4, 4, one, other);
		List<MigrationStage> wanted = List.of(LIVE, SHADOW, LIVE, SHADOW);
		for (int i = 0; i < wanted.size(); i++) {
			Node mover = (i % 2 == 0) ? one : other;
			MigrationStage to = wanted.get(i);
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
				assertThat(running).noneMatch(Future::isDone);
				return mover.moves(to);
			});
		}
		stop(running);
		assertDrained(one);
		Awaitility.await().untilAsserted(() -> assertThat(one.flag.epoch()).isEqualTo(4));
	}

	@Test
	void backfillUnderWritesOverwritesNothingNewerAndBringsNothingBack() throws Exception {
		for (long key = 0; key < 400; key++) {
			this.oldSide.rows.put(key, "before");
		}
		Node one = node(DUAL_WRITE, Duration.ofSeconds(10));
		Node other = node(DUAL_WRITE, Duration.ofSeconds(10));
		this.newSide.failures = 0.05;
		List<Future<Integer>> running = write(4, 100, one, other);
		one.sync.backfill(this.key);
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
			assertThat(running).noneMatch(Future::isDone);
			return one.sync.status(this.key).state() == State.DONE;
		});
		stop(running);
		assertDrained(one);
		assertThat(one.sync.status(this.key).done()).isPositive();
	}

	@Test
	void backfillWaitsUntilNoNodeLagsAndWhatBeganBeforeIsOver() throws Exception {
		Duration deadline = Duration.ofSeconds(1);
		this.oldSide.rows.put(1L, "before");
		Node node = node(OFF, deadline);
		assertThat(node.refusal(() -> node.sync.backfill(this.key))).contains("is at off");
		StageChangedEvent change = node.moves.advance(this.key, "go");
		long soon = change.time().plus(Duration.ofDays(1)).toEpochMilli();
		execute("insert into migration_node (node, flag, epoch, seen_at) values ('at-off', '%s', 0, %d)"
			.formatted(this.key, soon));
		node.sync.backfill(this.key);
		// longer than what has begun before may last
		Awaitility.await()
			.during(deadline.plus(deadline))
			.atMost(Duration.ofSeconds(30))
			.until(() -> node.sync.status(this.key).state() == State.RUNNING && this.newSide.rows.isEmpty());
		execute("delete from migration_node where node = 'at-off'");
		Awaitility.await().until(() -> node.sync.status(this.key).state() == State.DONE);
		assertThat(this.newSide.rows).isEqualTo(this.oldSide.rows);
	}

	@Test
	void backfillWaitsForWritesOfBeforeTheFirstDualOneWithoutAnyOtherNode() {
		Duration deadline = Duration.ofSeconds(2);
		this.oldSide.rows.put(1L, "before");
		Node node = node(OFF, deadline);
		StageChangedEvent change = node.moves.advance(this.key, "go");
		node.sync.backfill(this.key);
		Awaitility.await().until(() -> node.sync.status(this.key).state() == State.DONE);
		assertThat(this.newSide.written).isAfterOrEqualTo(change.time().plus(deadline));
	}

	/**
	 * One instance of an application.
	 */
	private final class Node implements AutoCloseable {

		private final FairPool pool = new FairPool(16, 256, DaemonThreads.numbered("migration-test-"));

		private final Watchdog watchdog = new Watchdog();

		private final MismatchReporter reporter = new MismatchReporter(10, List::of, Clock.systemUTC());

		private final Flag flag;

		private final JdbcStages stages;

		private final JdbcMarks marks;

		private final KeyRepairs repairs;

		private final BackgroundSync sync;

		private final StageMoves moves;

		private final Operation save;

		private final Operation find;

		Node(MigrationStage stage, Duration deadline) {
			FlagRegistry registry = FlagRegistry.of(List.of(MigrationFlag.named(TwoNodesTests.this.key)
				.stage(stage)
				.readExecution(ReadExecution.SERIAL)
				.writeTiming(WriteTiming.AFTER_COMMIT)
				.writeTimeout(deadline)
				.writeDeadline(deadline)
				.build()));
			Database database = Database.open(TwoNodesTests.this.pool, Duration.ofSeconds(2));
			EngineMeters meters = EngineMeters.none();
			this.flag = registry.get(TwoNodesTests.this.key);
			this.stages = new JdbcStages(database, POLL, Duration.ofSeconds(10), (flag, source, message, cause) -> {
			});
			this.marks = new JdbcMarks(database);
			Engine engine = new Engine(meters, MigrationContext::anonymous, ComparatorLookup.NONE, this.reporter, false,
					new Secondaries(this.pool, this.watchdog, ContextCarrier.NONE), CallerTransactions.NONE)
				.marking(this.marks);
			this.save = engine.operation(OperationSpec.of(this.flag, "save", OperationType.WRITE).with(KEYS));
			this.find = engine.operation(OperationSpec.of(this.flag, "find", OperationType.READ).with(KEYS));
			this.stages.start(registry, true);
			KeyedSides sides = new KeyedSides(KEYS, TwoNodesTests.this.oldSide, TwoNodesTests.this.newSide);
			this.repairs = new KeyRepairs(this.marks, this.stages, meters, new KeyRepairs.Settings(
					Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofMillis(40), 20, 64, 10_000));
			this.repairs.start(this.flag, sides, engine.copies(this.flag));
			this.sync = new BackgroundSync(
					new BackgroundSync.Parts(registry, () -> Map.of(this.flag.key(), sides), this.marks, this.stages,
							new JdbcSyncs(database), ComparatorLookup.NONE, false, this.reporter, meters,
							Clock.systemUTC(), engine::copies),
					new SyncSettings(10_000, 16, Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofMillis(1),
							Duration.ofMillis(5), 20));
			this.moves = new StageMoves(registry, (event) -> {
			}, () -> "ada", Clock.systemUTC(), this.stages, false,
					List.of(this.stages.nodesCheck(), new BacklogCheck(this.marks, () -> this.repairs, 1000)),
					List.of(new MarkGuard(this.marks, this.repairs::wake, this.repairs::voided)));
		}

		void save(long key, @Nullable Object value) throws Exception {
			run(this.save,
					TestCall
						.of(() -> TwoNodesTests.this.oldSide.write(key, value, this.flag.stage() != LIVE),
								() -> TwoNodesTests.this.newSide.write(key, value, this.flag.stage() == LIVE))
						.withKey(key));
		}

		@Nullable Object find(long key) throws Exception {
			return run(this.find,
					TestCall
						.of(() -> TwoNodesTests.this.oldSide.rows.get(key),
								() -> TwoNodesTests.this.newSide.rows.get(key))
						.withKey(key));
		}

		private @Nullable Object run(Operation operation, TestCall call) throws Exception {
			try {
				return operation.execute(call);
			}
			catch (Exception | Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		}

		/**
		 * Moves the flag if nothing stands in the way just now.
		 */
		boolean moves(MigrationStage to) {
			try {
				return this.moves.moveTo(this.flag.key(), to, "test").to() == to;
			}
			catch (StageChangeRefusedException ex) {
				return false;
			}
		}

		String refusal(Runnable action) {
			try {
				action.run();
				return "";
			}
			catch (MigrationException ex) {
				return String.valueOf(ex.getMessage());
			}
		}

		@Override
		public void close() {
			this.sync.close();
			this.repairs.close();
			this.stages.close();
			this.marks.close();
			this.reporter.close();
			this.pool.close();
			this.watchdog.close();
		}

	}

	/**
	 * The data of one side, shared by the nodes.
	 */
	private static final class Side implements KeyedStore<Object, Object> {

		private final Map<Object, Object> rows = new ConcurrentSkipListMap<>();

		/** The share of second writes that fail. */
		private volatile double failures;

		private volatile Instant written = Instant.EPOCH;

		@Nullable Object write(Object key, @Nullable Object value, boolean first) {
			if (!first && ThreadLocalRandom.current().nextDouble() < this.failures) {
				throw new IllegalStateException("planned");
			}
			if (value != null) {
				this.rows.put(key, value);
			}
			else {
				this.rows.remove(key);
			}
			return value;
		}

		@Override
		public Optional<Object> find(Object key) {
			return Optional.ofNullable(this.rows.get(key));
		}

		@Override
		public void put(Object key, Object value) {
			this.written = Instant.now();
			this.rows.put(key, value);
		}

		@Override
		public void remove(Object key) {
			this.rows.remove(key);
		}

		@Override
		public List<Object> keysAfter(@Nullable Object last, int limit) {
			return this.rows.keySet()
				.stream()
				.filter((key) -> last == null || (Long) key > (Long) last)
				.limit(limit)
				.toList();
		}

	}

}
