package dev.migrationflags.flags;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.UnknownFlagException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.RAMP_DOWN;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link StageMoves}.
 */
class StageMovesTests {

	private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

	private final List<StageChangedEvent> published = Collections.synchronizedList(new ArrayList<>());

	private FlagRegistry registry = FlagRegistry.of(List.of());

	private StageMoves moves(MigrationFlag.Builder flag) {
		return moves(flag, false, false);
	}

	private StageMoves moves(MigrationFlag.Builder flag, boolean durable, boolean acceptVolatile) {
		this.registry = FlagRegistry.of(List.of(flag.build()));
		return new StageMoves(this.registry, this.published::add, () -> "ada", Clock.fixed(NOW, ZoneOffset.UTC),
				durable, acceptVolatile);
	}

	private static MigrationFlag.Builder flag(MigrationStage stage) {
		return MigrationFlag.named("f").stage(stage);
	}

	private Flag f() {
		return this.registry.get("f");
	}

	private static List<String> reasons(Runnable move) {
		StageChangeRefusedException refused = catchThrowableOfType(StageChangeRefusedException.class, move::run);
		assertThat(refused).isNotNull();
		return refused.getReasons();
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 4, 6 })
	void advanceAndStepBackWalkTheFlagsOwnStages(int stages) {
		List<MigrationStage> ladder = MigrationStage.ladder(stages);
		StageMoves moves = moves(flag(OFF).stages(stages));
		for (int i = 1; i < ladder.size(); i++) {
			assertThat(moves.advance("f", "on").to()).isEqualTo(ladder.get(i));
			assertThat(moves.stage("f")).isEqualTo(ladder.get(i));
		}
		assertThat(reasons(() -> moves.advance("f", "on"))).singleElement().asString().contains("last stage");
		for (int i = ladder.size() - 2; i >= 0; i--) {
			assertThat(moves.stepBack("f", "back").to()).isEqualTo(ladder.get(i));
		}
		assertThat(reasons(() -> moves.stepBack("f", "back"))).singleElement().asString().contains("first stage");
		assertThat(f().epoch()).isEqualTo(2L * (ladder.size() - 1));
	}

	@Test
	void aMoveIsReturnedPublishedAndKept() {
		StageChangedEvent event = moves(flag(OFF)).moveTo("f", DUAL_WRITE, "go");
		assertThat(event).isEqualTo(new StageChangedEvent("f", OFF, DUAL_WRITE, "go", "ada", 1, false, NOW));
		assertThat(this.published).containsExactly(event);
		assertThat(f().changes()).containsExactly(event);
		assertThat(f().epoch()).isEqualTo(1);
	}

	static Stream<Arguments> allPairs() {
		return Stream.of(2, 4, 6)
			.flatMap((stages) -> MigrationStage.ladder(stages)
				.stream()
				.flatMap((from) -> Stream.of(MigrationStage.values()).map((to) -> Arguments.of(stages, from, to))));
	}

	@ParameterizedTest
	@MethodSource("allPairs")
	void onlyOneStepInTheFlagsOwnStagesIsAllowed(int stages, MigrationStage from, MigrationStage to) {
		StageMoves moves = moves(flag(from).stages(stages));
		List<MigrationStage> ladder = MigrationStage.ladder(stages);
		int distance = Math.abs(ladder.indexOf(to) - ladder.indexOf(from));
		if (ladder.contains(to) && distance <= 1) {
			StageChangedEvent event = moves.moveTo("f", to, "go");
			assertThat(event.to()).isEqualTo(to);
			assertThat(event.epoch()).isEqualTo(distance);
		}
		else {
			assertThat(reasons(() -> moves.moveTo("f", to, "go"))).hasSize(1);
			assertThat(f().stage()).isEqualTo(from);
			assertThat(this.published).isEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("allPairs")
	void forceGoesToAnyStageThatTheFlagHas(int stages, MigrationStage from, MigrationStage to) {
		StageMoves moves = moves(flag(from).stages(stages));
		f().declareWrites();
		f().secondaryWriteFailed();
		if (MigrationStage.ladder(stages).contains(to)) {
			StageChangedEvent event = moves.forceTo("f", to, "go");
			assertThat(event.forced()).isTrue();
			assertThat(f().stage()).isEqualTo(to);
		}
		else {
			assertThat(reasons(() -> moves.forceTo("f", to, "go"))).singleElement()
				.asString()
				.contains("no stage " + to.key());
			assertThat(f().stage()).isEqualTo(from);
		}
	}

	@ParameterizedTest
	@EnumSource
	void sameStageChangesNothing(MigrationStage stage) {
		StageMoves moves = moves(flag(stage));
		StageChangedEvent event = moves.moveTo("f", stage, "again");
		assertThat(event).isEqualTo(new StageChangedEvent("f", stage, stage, "again", "ada", 0, false, NOW));
		assertThat(f().epoch()).isZero();
		assertThat(f().changes()).isEmpty();
		assertThat(this.published).isEmpty();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "\t\n" })
	void aBlankReasonIsNone(String reason) {
		StageMoves moves = moves(flag(SHADOW));
		assertThatIllegalArgumentException().isThrownBy(() -> moves.moveTo("f", SHADOW, reason));
		assertThatIllegalArgumentException().isThrownBy(() -> moves.moveTo("f", COMPLETE, reason));
		assertThatIllegalArgumentException().isThrownBy(() -> moves.advance("f", reason));
		assertThatIllegalArgumentException().isThrownBy(() -> moves.stepBack("f", reason));
		assertThatIllegalArgumentException().isThrownBy(() -> moves.forceTo("f", LIVE, reason));
		assertThat(f().stage()).isEqualTo(SHADOW);
	}

	@Test
	void anUnknownFlagListsTheKnownOnes() {
		StageMoves moves = moves(flag(SHADOW));
		assertThat(moves.keys()).containsExactly("f");
		Stream
			.<Runnable>of(() -> moves.stage("g"), () -> moves.stage("g", MigrationContext.of("1")),
					() -> moves.moveTo("g", LIVE, "r"), () -> moves.advance("g", "r"), () -> moves.stepBack("g", "r"),
					() -> moves.forceTo("g", LIVE, "r"))
			.forEach((call) -> assertThatExceptionOfType(UnknownFlagException.class).isThrownBy(call::run)
				.withMessageContaining("'g'")
				.withMessageContaining("known flags: f"));
	}

	@Test
	void allReasonsAreTold() {
		StageMoves moves = moves(flag(DUAL_WRITE));
		f().declareWrites();
		f().secondaryWriteFailed();
		List<String> reasons = reasons(() -> moves.moveTo("f", LIVE, "go"));
		assertThat(reasons).hasSize(3);
		assertThat(reasons.get(0)).contains("one step");
		assertThat(reasons.get(1)).contains("accept-volatile");
		assertThat(reasons.get(2)).contains("1 secondary write");
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 4, 6 })
	void aVolatileStoreRefusesTheFlipOfAFlagWithWritesInBothDirections(int stages) {
		List<MigrationStage> ladder = MigrationStage.ladder(stages);
		MigrationStage before = ladder.get(stages / 2 - 1);
		MigrationStage after = ladder.get(stages / 2);
		StageMoves forth = moves(flag(before).stages(stages));
		f().declareWrites();
		assertThat(reasons(() -> forth.advance("f", "go"))).singleElement().asString().contains("not durable");
		StageMoves back = moves(flag(after).stages(stages));
		f().declareWrites();
		assertThat(reasons(() -> back.stepBack("f", "go"))).singleElement().asString().contains("not durable");
	}

	@Test
	void aDurableStoreOrItsAcceptedAbsenceAllowTheFlip() {
		StageMoves durable = moves(flag(SHADOW), true, false);
		f().declareWrites();
		assertThat(durable.advance("f", "go").to()).isEqualTo(LIVE);
		StageMoves accepted = moves(flag(SHADOW), false, true);
		f().declareWrites();
		assertThat(accepted.advance("f", "go").to()).isEqualTo(LIVE);
	}

	@ParameterizedTest
	@EnumSource(names = { "OFF", "DUAL_WRITE", "LIVE", "RAMP_DOWN" })
	void aVolatileStoreAllowsTheOtherSteps(MigrationStage stage) {
		StageMoves moves = moves(flag(stage));
		f().declareWrites();
		assertThat(moves.advance("f", "go").from()).isEqualTo(stage);
	}

	@Test
	void failedSecondaryWritesRefuseTheFlipAndTheStepIntoComplete() {
		for (MigrationStage stage : List.of(SHADOW, RAMP_DOWN)) {
			StageMoves moves = moves(flag(stage), true, false);
			f().declareWrites();
			f().secondaryWriteFailed();
			assertThat(reasons(() -> moves.advance("f", "go"))).singleElement().asString().contains("failed");
		}
		StageMoves back = moves(flag(LIVE), true, false);
		f().secondaryWriteFailed();
		assertThat(reasons(() -> back.stepBack("f", "go"))).hasSize(1);
		StageMoves sameClass = moves(flag(DUAL_WRITE), true, false);
		f().secondaryWriteFailed();
		assertThat(sameClass.advance("f", "go").to()).isEqualTo(SHADOW);
	}

	@Test
	void failuresAreCountedPerEpoch() {
		StageMoves moves = moves(flag(SHADOW), true, false);
		f().secondaryWriteFailed();
		assertThat(f().secondaryWriteFailures()).isEqualTo(1);
		moves.moveTo("f", SHADOW, "no new epoch");
		assertThat(f().secondaryWriteFailures()).isEqualTo(1);
		moves.stepBack("f", "a new epoch");
		assertThat(f().secondaryWriteFailures()).isZero();
	}

	@Test
	void aMoveThatWouldMixClassesAmongContextsIsRefused() {
		StageMoves moves = moves(flag(DUAL_WRITE).rollout(SHADOW, 10), true, false);
		f().declareWrites();
		assertThat(moves.advance("f", "go").to()).isEqualTo(SHADOW);
		assertThat(reasons(() -> moves.advance("f", "go"))).singleElement()
			.asString()
			.contains("migration.flags.f.context");
		StageMoves owned = moves(flag(SHADOW).rollout(SHADOW, 10).context("customer"), true, false);
		f().declareWrites();
		assertThat(owned.advance("f", "go").to()).isEqualTo(LIVE);
	}

	@Test
	void moreChecksAreAskedAndForceOverridesThem() {
		MoveCheck never = new MoveCheck() {

			@Override
			public String name() {
				return "never";
			}

			@Override
			public String refusal(Move move) {
				return "not from " + move.from().key() + " to " + move.to().key();
			}

		};
		this.registry = FlagRegistry.of(List.of(flag(OFF).build()));
		StageMoves moves = new StageMoves(this.registry, this.published::add, () -> null, Clock.systemUTC(), false,
				false, List.of(never));
		assertThat(reasons(() -> moves.advance("f", "go"))).containsExactly("not from off to dualwrite");
		assertThat(moves.forceTo("f", DUAL_WRITE, "go").actor()).isEqualTo("system");
	}

	@Test
	void anExpectedEpochHoldsForcedOrNot() {
		StageMoves moves = moves(flag(OFF));
		assertThat(moves.move("f", DUAL_WRITE, "go", false, 0L).epoch()).isEqualTo(1);
		assertThat(reasons(() -> moves.move("f", SHADOW, "go", false, 0L))).singleElement()
			.asString()
			.contains("epoch is 1, not 0");
		assertThat(reasons(() -> moves.move("f", SHADOW, "go", true, 0L))).hasSize(1);
		assertThat(moves.move("f", SHADOW, "go", true, 1L).epoch()).isEqualTo(2);
	}

	@Test
	void aListenerThatThrowsUndoesNothing() {
		this.registry = FlagRegistry.of(List.of(flag(OFF).build()));
		for (Throwable failure : List.of(new IllegalStateException("boom"), new AssertionError("boom"))) {
			StageMoves moves = new StageMoves(this.registry, (event) -> sneakyThrow(failure), () -> "ada",
					Clock.systemUTC(), false, false);
			MigrationStage before = f().stage();
			assertThat(moves.advance("f", "go").from()).isEqualTo(before);
			assertThat(f().stage()).isNotEqualTo(before);
		}
		assertThat(f().changes()).hasSize(2);
	}

	@Test
	void aListenerMayMoveTheFlagAgain() {
		this.registry = FlagRegistry.of(List.of(flag(OFF).build()));
		StageMoves[] moves = new StageMoves[1];
		moves[0] = new StageMoves(this.registry, (event) -> {
			this.published.add(event);
			if (event.to() == DUAL_WRITE) {
				moves[0].advance("f", "further");
			}
		}, () -> "ada", Clock.systemUTC(), false, false);
		moves[0].advance("f", "go");
		assertThat(this.published).extracting(StageChangedEvent::to).containsExactly(DUAL_WRITE, SHADOW);
	}

	@Test
	void anActorThatCannotBeToldIsTheSystem() {
		this.registry = FlagRegistry.of(List.of(flag(OFF).build()));
		StageMoves moves = new StageMoves(this.registry, this.published::add, () -> {
			throw new IllegalStateException("no security");
		}, Clock.systemUTC(), false, false);
		assertThat(moves.advance("f", "go").actor()).isEqualTo("system");
	}

	@Test
	void historyIsBoundedAndNewestFirst() {
		StageMoves moves = moves(flag(OFF));
		for (int i = 0; i < 75; i++) {
			moves.advance("f", "on");
			moves.stepBack("f", "back");
		}
		assertThat(f().changes()).hasSize(100).first().extracting(StageChangedEvent::epoch).isEqualTo(150L);
		assertThat(f().changes()).last().extracting(StageChangedEvent::epoch).isEqualTo(51L);
	}

	@Test
	void ofSeveralWhoMoveAtTheSameTimeOneWins() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			for (int round = 0; round < 200; round++) {
				this.published.clear();
				StageMoves moves = moves(flag(DUAL_WRITE));
				CountDownLatch start = new CountDownLatch(1);
				Callable<Boolean> move = () -> {
					start.await();
					try {
						return moves.moveTo("f", SHADOW, "go").from() == DUAL_WRITE;
					}
					catch (StageChangeRefusedException ex) {
						return false;
					}
				};
				Callable<Boolean> back = () -> {
					start.await();
					try {
						return moves.moveTo("f", OFF, "go").from() == DUAL_WRITE;
					}
					catch (StageChangeRefusedException ex) {
						return false;
					}
				};
				List<Future<Boolean>> results = Stream.of(move, back, move, back).map(executor::submit).toList();
				start.countDown();
				int winners = 0;
				for (Future<Boolean> result : results) {
					winners += result.get() ? 1 : 0;
				}
				assertThat(winners).isEqualTo(1);
				assertThat(f().epoch()).isEqualTo(1);
				assertThat(this.published).hasSize(1);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void ofTwoWhoAdvanceAtTheSameTimeTheSecondDoesNotGoTwoSteps() {
		this.registry = FlagRegistry.of(List.of(flag(OFF).build()));
		StageMoves other = new StageMoves(this.registry, this.published::add, () -> "bob", Clock.systemUTC(), false,
				false);
		// the actor is asked after the stage was looked at: the moment of the race
		StageMoves moves = new StageMoves(this.registry, this.published::add, () -> other.advance("f", "go").actor(),
				Clock.systemUTC(), false, false);
		assertThat(reasons(() -> moves.advance("f", "go"))).singleElement().asString().contains("in the meantime");
		assertThat(f().stage()).isEqualTo(DUAL_WRITE);
		assertThat(this.published).hasSize(1);
	}

	@Test
	void epochsAreGivenOutOnceHoweverManyMove() throws Exception {
		StageMoves moves = moves(flag(OFF));
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Callable<Void>> walkers = Collections.nCopies(4, () -> {
				for (int i = 0; i < 500; i++) {
					try {
						moves.moveTo("f", (i % 2 == 0) ? DUAL_WRITE : OFF, "go");
					}
					catch (StageChangeRefusedException ex) {
						throw new AssertionError("Both stages are one step apart", ex);
					}
				}
				return null;
			});
			for (Future<Void> result : executor.invokeAll(walkers)) {
				result.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.published).extracting(StageChangedEvent::epoch).doesNotHaveDuplicates();
		assertThat(this.published).hasSize((int) f().epoch());
		assertThat(f().changes()).extracting(StageChangedEvent::epoch).isSortedAccordingTo(Collections.reverseOrder());
	}

	@Test
	void stageIsThatOfAnAnonymousContextAndContextsHaveTheirs() {
		StageMoves moves = moves(flag(OFF).cohort("staff", Map.of("plan", List.of("beta")), SHADOW));
		assertThat(moves.stage("f")).isEqualTo(OFF);
		assertThat(moves.stage("f", MigrationContext.of("user", "1", Map.of("plan", "beta")))).isEqualTo(SHADOW);
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneakyThrow(Throwable failure) throws T {
		throw (T) failure;
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 4, 6 })
	void readinessSaysWhatBlocksTheMoveToTheNextStage(int stages) {
		for (MigrationStage stage : MigrationStage.ladder(stages)) {
			StageMoves moves = moves(flag(stage).stages(stages));
			f().declareWrites();
			f().secondaryWriteFailed();
			Readiness readiness = moves.readiness("f");
			MigrationStage next = f().next();
			if (next == null) {
				assertThat(readiness.ready()).isTrue();
				assertThat(readiness.checks()).noneMatch(Readiness.Check::blocks)
					.contains(new Readiness.Check("step", true, false, "complete is its last stage"));
				continue;
			}
			List<String> blocking = readiness.checks()
				.stream()
				.filter((check) -> check.blocks() && !check.ok())
				.map(Readiness.Check::detail)
				.toList();
			assertThat(readiness.ready()).isEqualTo(blocking.isEmpty());
			if (blocking.isEmpty()) {
				assertThat(moves.advance("f", "go").to()).isEqualTo(next);
			}
			else {
				assertThat(reasons(() -> moves.advance("f", "go"))).containsExactlyInAnyOrderElementsOf(blocking);
			}
		}
	}

	@Test
	void readinessShowsFailuresBeforeTheyBlock() {
		StageMoves moves = moves(flag(DUAL_WRITE));
		f().declareWrites();
		f().secondaryWriteFailed();
		assertThat(moves.readiness("f").ready()).isTrue();
		assertThat(moves.readiness("f").checks()).filteredOn((check) -> "failures".equals(check.name()))
			.singleElement()
			.satisfies((check) -> {
				assertThat(check.ok()).isFalse();
				assertThat(check.blocks()).isFalse();
				assertThat(check.detail()).startsWith("1 secondary write");
			});
	}

	@Test
	void aRequiredCheckBlocksWhereItWouldOnlyInform() {
		StageMoves moves = moves(flag(DUAL_WRITE).readinessRequired("failures"));
		f().declareWrites();
		f().secondaryWriteFailed();
		assertThat(moves.readiness("f").ready()).isFalse();
		assertThat(reasons(() -> moves.advance("f", "go"))).singleElement().asString().contains("secondary write");
		assertThat(moves.stepBack("f", "back").to()).isEqualTo(OFF);
	}

	/**
	 * A write on another thread that does not end.
	 */
	private InFlight.Ticket stuck() {
		return CompletableFuture.supplyAsync(() -> {
			Position position = f().position();
			assertThat(f().enter(position)).isTrue();
			InFlight.Ticket ticket = new TestWrite(position.inFlight());
			ticket.handOver();
			return ticket;
		}).join();
	}

	private StageMoves impatient(FlipGuard... guards) {
		this.registry = FlagRegistry.of(List.of(flag(SHADOW).readinessRequired("inflight").build()));
		f().declareWrites();
		return new StageMoves(this.registry, this.published::add, () -> "ada", Clock.fixed(NOW, ZoneOffset.UTC),
				new MemoryStages(this.registry, true), false, List.of(), List.of(guards), Duration.ofMillis(20));
	}

	@Test
	void writesThatDoNotEndRefuseTheFlipAndSayForHowLongTheyWereWaitedFor() {
		StageMoves moves = impatient();
		InFlight.Ticket stuck = stuck();
		assertThat(reasons(() -> moves.advance("f", "go")))
			.containsExactly("inflight: 1 writes did not end within 20 ms; try again once they have");
		stuck.leave();
		assertThat(moves.advance("f", "go").to()).isEqualTo(LIVE);
	}

	@Test
	void writesThatWereUnderWayWhenTheFlipWasForcedRefuseTheNextOneUntilTheyEnd() {
		StageMoves moves = impatient();
		InFlight.Ticket stuck = stuck();
		moves.forceTo("f", LIVE, "go");
		String reason = "1 writes have not ended that began before the authority changed last";
		assertThat(reasons(() -> moves.stepBack("f", "back"))).singleElement().asString().startsWith(reason);
		// also in between, where it is required
		assertThat(reasons(() -> moves.advance("f", "on"))).singleElement().asString().startsWith(reason);
		Gate gate = f().holdForOthers();
		assertThat(f().isDrained(gate)).isFalse();
		f().open(gate);
		stuck.leave();
		assertThat(moves.advance("f", "on").to()).isEqualTo(RAMP_DOWN);
		assertThat(moves.stepBack("f", "back").to()).isEqualTo(LIVE);
		assertThat(moves.stepBack("f", "back").to()).isEqualTo(SHADOW);
	}

	@Test
	void debtsAreForgivenBeforeACallIsLetThrough() {
		List<Boolean> held = new ArrayList<>();
		StageMoves moves = impatient(new FlipGuard() {

			@Override
			public void settle(Flag flag) {
			}

			@Override
			public @Nullable String debt(Flag flag) {
				return null;
			}

			@Override
			public void forgive(Flag flag) {
				held.add(flag.position().gate() != null && flag.stage() == LIVE);
			}

		});
		moves.forceTo("f", LIVE, "go");
		assertThat(held).containsExactly(true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "backlog", "nodes", "sync", "consistency", "volume", "errors", "latency" })
	void aRequiredCheckThatNothingCanAnswerBlocks(String name) {
		StageMoves moves = moves(flag(OFF).readinessRequired(name));
		assertThat(moves.readiness("f").checks())
			.contains(new Readiness.Check(name, false, true, "required, but nothing in this application can tell"));
		assertThat(reasons(() -> moves.advance("f", "go"))).singleElement().asString().contains("nothing");
		assertThat(moves.forceTo("f", DUAL_WRITE, "all the same").forced()).isTrue();
	}

	@Test
	void moreChecksAreShownInTheirOrder() {
		this.registry = FlagRegistry.of(List.of(flag(SHADOW).build()));
		f().declareWrites();
		List<MoveCheck> more = List.of(
				ReadinessCheck.informing("sync",
						(move) -> new ReadinessCheck.Finding(false, "never verified in epoch " + move.flag().epoch())),
				ReadinessCheck.settling("backlog", (move) -> new ReadinessCheck.Finding(false, "3 keys are marked")));
		StageMoves moves = new StageMoves(this.registry, this.published::add, () -> null, Clock.systemUTC(), true,
				false, more);
		assertThat(moves.readiness("f")).isEqualTo(new Readiness(false,
				List.of(new Readiness.Check("step", true, true, "from shadow to live"),
						new Readiness.Check("owned", true, true, "owned here"),
						new Readiness.Check("store", true, true, "a restart remembers the move"),
						new Readiness.Check("backlog", false, true, "3 keys are marked"),
						new Readiness.Check("failures", true, true, "no secondary write has failed"),
						new Readiness.Check("inflight", true, true,
								"writes in flight are waited for when the flag moves"),
						new Readiness.Check("sync", false, false, "never verified in epoch 0"))));
		assertThat(reasons(() -> moves.advance("f", "go"))).containsExactly("3 keys are marked");
		assertThat(reasons(() -> moves.move("f", SHADOW, "stay", false, 7L))).singleElement()
			.asString()
			.contains("epoch");
	}

}
