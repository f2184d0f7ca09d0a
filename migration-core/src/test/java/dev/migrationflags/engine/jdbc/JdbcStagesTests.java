package dev.migrationflags.engine.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.StageUnknownException;
import dev.migrationflags.engine.mark.MarkGuard;
import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.mark.WriteIntent;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.FlipGuard;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Move;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.Position;
import dev.migrationflags.flags.Readiness;
import dev.migrationflags.flags.StageMoves;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Several nodes on one store of stages.
 */
class JdbcStagesTests {

	private static final Duration POLL = Duration.ofMillis(100);

	private final String key = "f-" + UUID.randomUUID();

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size() - 1; i >= 0; i--) {
			this.open.get(i).close();
		}
	}

	private DataSourceOfNode pool(TestDatabase kind) {
		DataSourceOfNode pool = new DataSourceOfNode();
		HikariDataSource like = kind.pool(4);
		like.copyStateTo(pool);
		like.close();
		this.open.add(pool);
		Database.open(pool, Duration.ofSeconds(2)).initialize(Initialization.ALWAYS);
		return pool;
	}

	private Node node(HikariDataSource pool, MigrationStage stage) {
		return node(pool, stage, 6);
	}

	private Node node(HikariDataSource pool, MigrationStage stage, int stages) {
		return nodeOn(Database.open(pool, Duration.ofSeconds(2)), stage, stages);
	}

	private Node nodeOn(Database database, MigrationStage stage, int stages, FlipGuard... guards) {
		return nodeOn(database, stages, (flag) -> flag.stage(stage), guards);
	}

	private Node nodeOn(Database database, int stages, UnaryOperator<MigrationFlag.Builder> settings,
			FlipGuard... guards) {
		Node node = new Node(database,
				settings
					.apply(MigrationFlag.named(this.key)
						.stages(stages)
						.writeTimeout(Duration.ofMillis(500))
						.writeDeadline(Duration.ofMillis(500)))
					.build(),
				guards);
		this.open.add(node.store);
		return node;
	}

	private static void eventually(ThrowingRunnable assertion) {
		Awaitility.await()
			.ignoreExceptions()
			.atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(10))
			.untilAsserted(assertion);
	}

	private static List<String> reasons(Runnable move) {
		StageChangeRefusedException refused = catchThrowableOfType(StageChangeRefusedException.class, move::run);
		assertThat(refused).isNotNull();
		return refused.getReasons();
	}

	private static void execute(HikariDataSource pool, String sql) throws SQLException {
		try (Connection connection = pool.getConnection()) {
			connection.createStatement().executeUpdate(sql);
		}
	}

	private void bothAt(MigrationStage stage, Node one, Node other) {
		eventually(() -> {
			assertThat(one.flag.stage()).isEqualTo(stage);
			assertThat(other.flag.stage()).isEqualTo(stage);
			assertThat(one.store.nodesCheck().refusal(new Move(one.flag, SHADOW, LIVE))).isNull();
		});
	}

	@ParameterizedTest
	@EnumSource
	void restartGoesOnWhereTheStoreSays(TestDatabase kind) {
		HikariDataSource pool = pool(kind);
		Node node = node(pool, OFF);
		StageChangedEvent first = node.moves.moveTo(this.key, DUAL_WRITE, "go");
		StageChangedEvent second = node.moves.moveTo(this.key, SHADOW, "on");
		node.store.close();
		Node restarted = node(pool, OFF);
		assertThat(restarted.flag.stage()).isEqualTo(SHADOW);
		assertThat(restarted.flag.epoch()).isEqualTo(2);
		assertThat(restarted.flag.changes()).extracting(StageChangedEvent::reason).containsExactly("on", "go");
		assertThat(restarted.flag.changes().get(1).from()).isEqualTo(first.from());
		assertThat(restarted.flag.changes().get(0).actor()).isEqualTo(second.actor());
		assertThat(restarted.store.read(this.key).stage()).isEqualTo(SHADOW);
	}

	@ParameterizedTest
	@EnumSource
	void ofTwoOperatorsOneWins(TestDatabase kind) throws Exception {
		HikariDataSource pool = pool(kind);
		Node one = node(pool, DUAL_WRITE);
		Node other = node(pool, DUAL_WRITE);
		for (int round = 0; round < 5; round++) {
			bothAt(DUAL_WRITE, one, other);
			long epoch = one.flag.epoch();
			CompletableFuture<StageChangedEvent> here = CompletableFuture
				.supplyAsync(() -> one.moves.move(this.key, SHADOW, "here", false, epoch));
			CompletableFuture<StageChangedEvent> there = CompletableFuture
				.supplyAsync(() -> other.moves.move(this.key, OFF, "there", false, epoch));
			int won = 0;
			for (CompletableFuture<StageChangedEvent> move : List.of(here, there)) {
				try {
					assertThat(move.get(20, TimeUnit.SECONDS).epoch()).isEqualTo(epoch + 1);
					won++;
				}
				catch (ExecutionException ex) {
					assertThat(ex).hasCauseInstanceOf(StageChangeRefusedException.class)
						.hasMessageContaining("it has moved in the meantime: its epoch is %d, not %d", epoch + 1,
								epoch);
				}
			}
			assertThat(won).isEqualTo(1);
			eventually(() -> assertThat(one.flag.stage()).isEqualTo(other.flag.stage()));
			one.moves.moveTo(this.key, DUAL_WRITE, "back");
		}
	}

	@ParameterizedTest
	@EnumSource
	void otherNodesFollowAndTellTheirListeners(TestDatabase kind) {
		HikariDataSource pool = pool(kind);
		Node one = node(pool, OFF);
		Node other = node(pool, OFF);
		StageChangedEvent change = one.moves.moveTo(this.key, DUAL_WRITE, "go");
		one.moves.moveTo(this.key, SHADOW, "on");
		eventually(() -> assertThat(other.published).hasSize(2));
		assertThat(other.published.element().reason()).isEqualTo(change.reason());
		assertThat(other.flag.changes()).hasSize(2);
		assertThat(one.published).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource
	void flipWaitsForTheWritesOfAllNodesAndHoldsTheirCalls(TestDatabase kind) throws Exception {
		HikariDataSource pool = pool(kind);
		Node one = node(pool, SHADOW);
		Node other = node(pool, SHADOW);
		bothAt(SHADOW, one, other);
		Position position = other.flag.position();
		assertThat(other.flag.enter(position)).isTrue();
		CompletableFuture<StageChangedEvent> move = CompletableFuture
			.supplyAsync(() -> one.moves.moveTo(this.key, LIVE, "flip"));
		eventually(() -> assertThat(other.flag.position().gate()).isNotNull());
		eventually(() -> assertThat(one.flag.position().gate()).isNotNull());
		assertThat(move).isNotDone();
		assertThat(other.settled).hasValue(1);
		position.inFlight().leave();
		assertThat(move.get(20, TimeUnit.SECONDS).to()).isEqualTo(LIVE);
		assertThat(one.flag.position().gate()).isNull();
		eventually(() -> {
			assertThat(other.flag.stage()).isEqualTo(LIVE);
			assertThat(other.flag.position().gate()).isNull();
		});
		assertThat(other.flag.position().authorityEpoch()).isEqualTo(1);
		assertThat(one.store.read(this.key).authorityEpoch()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	@Execution(ExecutionMode.CONCURRENT)
	void flipIsGivenUpIfAnotherNodeDoesNotDrain(TestDatabase kind) {
		HikariDataSource pool = pool(kind);
		Node one = node(pool, SHADOW);
		Node other = node(pool, SHADOW);
		bothAt(SHADOW, one, other);
		Position position = other.flag.position();
		assertThat(other.flag.enter(position)).isTrue();
		assertThat(reasons(() -> one.moves.moveTo(this.key, LIVE, "flip"))).singleElement()
			.asString()
			.contains("have writes in flight");
		eventually(() -> assertThat(other.flag.position().gate()).isNull());
		assertThat(other.flag.stage()).isEqualTo(SHADOW);
		position.inFlight().leave();
		assertThat(one.moves.moveTo(this.key, LIVE, "again").to()).isEqualTo(LIVE);
	}

	@ParameterizedTest
	@EnumSource
	@Execution(ExecutionMode.CONCURRENT)
	void aMarkRefusesTheFlipAndIsCountedWhenItIsForced(TestDatabase kind) throws Exception {
		HikariDataSource pool = pool(kind);
		Node node = node(pool, SHADOW);
		execute(pool, "insert into migration_provisional (id, flag, since, deadline) values (%d, '%s', 0, 0)"
			.formatted(System.nanoTime(), this.key));
		assertThat(reasons(() -> node.moves.moveTo(this.key, LIVE, "flip")))
			.containsExactly("backlog: 1 keys are marked");
		assertThat(node.flag.stage()).isEqualTo(SHADOW);
		List<String> voided = new ArrayList<>();
		node.store.onVoided((flag, count) -> voided.add(flag + " " + count));
		assertThat(node.moves.forceTo(this.key, LIVE, "flip").forced()).isTrue();
		assertThat(voided).containsExactly(this.key + " 1");
		assertThat(node.moves.stepBack(this.key, "back").to()).isEqualTo(SHADOW);
		assertThat(voided).hasSize(1);
		try (Connection connection = pool.getConnection();
				ResultSet rows = connection.createStatement()
					.executeQuery(
							"select voided from migration_change where flag = '" + this.key + "' order by epoch")) {
			assertThat(rows.next()).isTrue();
			assertThat(rows.getLong(1)).isEqualTo(1);
		}
	}

	/**
	 * Also a key that somebody begins to write once the change is there.
	 */
	@ParameterizedTest
	@EnumSource
	void whatIsMarkedAfterAForcedFlipStays(TestDatabase kind) throws Exception {
		HikariDataSource pool = pool(kind);
		Database database = Database.open(pool, Duration.ofSeconds(2));
		try (JdbcMarks marks = new JdbcMarks(database)) {
			Node node = nodeOn(database, SHADOW, 6, new MarkGuard(marks, (flag) -> {
			}, (flag, count) -> {
			}));
			WriteIntent before = new WriteIntent(this.key, 0, List.of("before"), Duration.ofMillis(500));
			marks.finish(marks.begin(before), false, true);
			node.store.onVoided((flag, count) -> {
				try {
					marks.finish(marks.begin(new WriteIntent(flag, 1, List.of("after"), Duration.ofSeconds(9))), false,
							true);
				}
				catch (NotCurrentException ex) {
					throw new IllegalStateException(ex);
				}
			});
			node.moves.forceTo(this.key, LIVE, "flip");
			assertThat(marks.isMarked(this.key, List.of("before"))).isFalse();
			assertThat(marks.isMarked(this.key, List.of("after"))).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void reasonsMayHaveAnyCharacters(TestDatabase kind) {
		HikariDataSource pool = pool(kind);
		Node node = node(pool, OFF);
		String reason = "\0 \uD83D \uD83D\uDE00 'x'; ".repeat(200);
		node.moves.moveTo(this.key, DUAL_WRITE, reason);
		assertThat(node(pool, OFF).flag.changes()).singleElement()
			.extracting(StageChangedEvent::reason)
			.asString()
			.startsWith("\uFFFD \uFFFD \uD83D\uDE00 'x'; ");
	}

	@Test
	void aNodeThatLagsRefusesOtherStepsOnlyWhereThatIsRequired() throws Exception {
		HikariDataSource pool = pool(TestDatabase.H2);
		Node node = nodeOn(Database.open(pool, POLL), 6,
				(flag) -> flag.stage(DUAL_WRITE).writeDeadline(Duration.ofHours(1)));
		MoveCheck check = node.store.nodesCheck();
		Move on = new Move(node.flag, DUAL_WRITE, SHADOW);
		assertThat(check.show(on)).isEqualTo(new Readiness.Check("nodes", true, false, "every node has seen epoch 0"));
		long now = Database.open(pool, POLL).transaction((session) -> session.now());
		execute(pool, "insert into migration_node (node, flag, epoch, seen_at) values ('dead', '%s', 0, %d)"
			.formatted(this.key, now - 900));
		assertThat(check.refusal(on)).isNull();
		assertThat(check.show(on)).satisfies((shown) -> assertThat(shown.ok() || shown.blocks()).isFalse());
		assertThat(check.refusal(new Move(node.flag, SHADOW, LIVE))).contains("dead");
		assertThat(check.refusal(new Move(node.flag, LIVE, SHADOW))).contains("dead");
		assertThat(check.refusal(new Move(node.flag, MigrationStage.RAMP_DOWN, MigrationStage.COMPLETE)))
			.contains("dead");
		Node strict = nodeOn(Database.open(pool, POLL), 6,
				(flag) -> flag.stage(DUAL_WRITE).readinessRequired("nodes").writeDeadline(Duration.ofHours(1)));
		assertThat(strict.store.nodesCheck().refusal(new Move(strict.flag, DUAL_WRITE, SHADOW))).contains("dead");
		assertThat(strict.store.nodesCheck().refusal(new Move(strict.flag, SHADOW, DUAL_WRITE))).isNull();
	}

	@ParameterizedTest
	@EnumSource
	@Execution(ExecutionMode.CONCURRENT)
	void aNodeThatLagsRefusesTheFlipUntilNobodyWaitsForItAnyMore(TestDatabase kind) throws Exception {
		HikariDataSource pool = pool(kind);
		Node node = node(pool, SHADOW);
		long now = Database.open(pool, POLL).transaction((session) -> session.now());
		execute(pool, "insert into migration_node (node, flag, epoch, seen_at) values ('dead-%1$s', '%1$s', 0, %2$d)"
			.formatted(this.key, now - 800));
		assertThat(reasons(() -> node.moves.moveTo(this.key, LIVE, "flip"))).singleElement()
			.asString()
			.contains("dead-" + this.key);
		eventually(() -> assertThat(node.moves.moveTo(this.key, LIVE, "flip").to()).isEqualTo(LIVE));
	}

	@ParameterizedTest
	@EnumSource
	@Execution(ExecutionMode.CONCURRENT)
	void theHoldOfAMoverThatCrashesRunsOut(TestDatabase kind) {
		HikariDataSource pool = pool(kind);
		Node crashing = node(pool, SHADOW);
		Node other = node(pool, SHADOW);
		bothAt(SHADOW, crashing, other);
		crashing.store.hold(crashing.flag, 0);
		eventually(() -> assertThat(other.flag.position().gate()).isNotNull());
		assertThat(reasons(() -> other.moves.moveTo(this.key, LIVE, "flip"))).singleElement()
			.asString()
			.contains("another change of authority has been announced");
		crashing.store.close();
		eventually(() -> assertThat(other.flag.position().gate()).isNull());
		assertThat(other.flag.stage()).isEqualTo(SHADOW);
		assertThat(other.moves.moveTo(this.key, LIVE, "flip").to()).isEqualTo(LIVE);
	}

	@ParameterizedTest
	@EnumSource
	@Execution(ExecutionMode.CONCURRENT)
	void withoutTheStoreTheLastGoodStageStaysAndDualWritesAreRefusedAfterAWhile(TestDatabase kind) {
		DataSourceOfNode pool = pool(kind);
		Node node = node(pool, SHADOW);
		node.flag.requireHeard();
		pool.down = true;
		eventually(() -> assertThat(node.errors.get()).isPositive());
		assertThat(node.flag.stage()).isEqualTo(SHADOW);
		eventually(() -> assertThatExceptionOfType(StageUnknownException.class).isThrownBy(node.flag::requireHeard)
			.withMessageContaining("nothing was written"));
		assertThat(reasons(() -> node.moves.moveTo(this.key, DUAL_WRITE, "back"))).singleElement()
			.asString()
			.contains("out of reach");
		pool.down = false;
		eventually(node.flag::requireHeard);
		assertThat(node.moves.moveTo(this.key, DUAL_WRITE, "back").to()).isEqualTo(DUAL_WRITE);
	}

	@ParameterizedTest
	@EnumSource
	void startUpFailsIfTheStoreCannotBeReadOrHasAStageThatTheFlagLacks(TestDatabase kind) throws Exception {
		DataSourceOfNode pool = pool(kind);
		node(pool, DUAL_WRITE);
		assertThatExceptionOfType(MigrationSetupException.class).isThrownBy(() -> node(pool, SHADOW, 4))
			.withMessageContaining("a stage that it does not have");
		execute(pool, "update migration_flag set stage = 'lvie' where flag = '" + this.key + "'");
		assertThatExceptionOfType(MigrationSetupException.class).isThrownBy(() -> node(pool, DUAL_WRITE))
			.withMessageContaining("a stage that it does not have");
		Database database = Database.open(pool, Duration.ofSeconds(2));
		pool.down = true;
		assertThatExceptionOfType(MigrationSetupException.class).isThrownBy(() -> nodeOn(database, DUAL_WRITE, 6))
			.withMessageContaining("cannot be read from the store");
		pool.down = false;
	}

	@ParameterizedTest
	@EnumSource
	void aNodeThatEndsSignsOff(TestDatabase kind) {
		HikariDataSource pool = pool(kind);
		Node one = node(pool, SHADOW);
		Node other = node(pool, SHADOW);
		bothAt(SHADOW, one, other);
		other.store.close();
		assertThat(one.moves.moveTo(this.key, LIVE, "flip").to()).isEqualTo(LIVE);
	}

	/**
	 * A database that one node may lose.
	 */
	private static final class DataSourceOfNode extends HikariDataSource {

		private volatile boolean down;

		@Override
		public Connection getConnection() throws SQLException {
			if (this.down) {
				throw new SQLException("down", "08001");
			}
			return super.getConnection();
		}

	}

	/**
	 * One instance of an application.
	 */
	private static final class Node {

		final AtomicInteger errors = new AtomicInteger();

		final AtomicInteger settled = new AtomicInteger();

		final Queue<StageChangedEvent> published = new ConcurrentLinkedQueue<>();

		final JdbcStages store;

		final Flag flag;

		final StageMoves moves;

		Node(Database database, MigrationFlag definition, FlipGuard... guards) {
			FlagRegistry registry = FlagRegistry.of(List.of(definition));
			this.flag = registry.get(definition.key());
			this.flag.declareWrites();
			this.store = new JdbcStages(database, POLL, Duration.ofSeconds(1),
					(flag, source, message, cause) -> this.errors.incrementAndGet());
			this.store.start(registry, true);
			this.moves = new StageMoves(registry, this.published::add, () -> "ada", Clock.systemUTC(), this.store,
					false, List.of(this.store.nodesCheck()),
					(guards.length > 0) ? List.of(guards) : List.of(new Guard(this.settled)));
		}

	}

	private record Guard(AtomicInteger settled) implements FlipGuard {

		@Override
		public void settle(Flag flag) {
			this.settled.incrementAndGet();
		}

		@Override
		public @Nullable String debt(Flag flag) {
			return null;
		}

		@Override
		public void forgive(Flag flag) {
		}

	}

}
