package dev.migrationflags.engine.readiness;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import dev.migrationflags.GuardrailEvent;
import dev.migrationflags.GuardrailEvent.Action;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.FlagSources;
import dev.migrationflags.flags.StageMoves;
import dev.migrationflags.flags.StageSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.migrationflags.MigrationOrigin.NEW;
import static dev.migrationflags.MigrationOrigin.OLD;
import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.RAMP_DOWN;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Guardrails}.
 */
class GuardrailsTests {

	private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - MINUTE.toNanos());

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final EngineMeters meters = new EngineMeters(() -> this.registry, null, this.time::get);

	private final OperationMeters find = this.meters.operation("f", "find", "read", true, true);

	private final OperationMeters save = this.meters.operation("f", "save", "write", true, true);

	private final List<GuardrailEvent> events = new ArrayList<>();

	private FlagRegistry flags = FlagRegistry.of(List.of());

	private Guardrails guardrails(MigrationFlag.Builder flag) {
		return guardrails(flag, true);
	}

	private Guardrails guardrails(MigrationFlag.Builder flag, boolean durable) {
		this.flags = FlagRegistry.of(List.of(flag.build()));
		Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
		StageMoves moves = new StageMoves(this.flags, this.meters::stageChanged, () -> "ada", clock, durable, false);
		Guardrails guardrails = new Guardrails(this.flags, moves, this.meters, this.events::add, clock, this.time::get);
		guardrails.tick();
		return guardrails;
	}

	private static MigrationFlag.Builder flag(MigrationStage stage) {
		return MigrationFlag.named("f").stage(stage).guardrailEnabled(true);
	}

	private Flag f() {
		return this.flags.get("f");
	}

	private void pass(Duration duration) {
		this.time.addAndGet(duration.toNanos());
	}

	private static void call(OperationMeters operation, MigrationStage stage, MigrationOrigin side, int times,
			int failed, int millis) {
		for (int i = 0; i < times; i++) {
			if (i < failed) {
				operation.failure(stage, side, new IllegalStateException(), millis * 1_000_000L);
			}
			else {
				operation.success(stage, side, millis * 1_000_000L);
			}
		}
	}

	private void newSideFails() {
		call(this.find, f().stage(), NEW, 100, 50, 1);
	}

	private double counted(Action action) {
		return this.registry.get("migration.guardrail.actions")
			.tags("flag", "f", "action", action.key())
			.counter()
			.count();
	}

	private List<Action> actions() {
		return this.events.stream().map(GuardrailEvent::action).toList();
	}

	@Test
	void failingNewSideLosesTheLead() {
		Guardrails guardrails = guardrails(flag(LIVE));
		pass(MINUTE);
		newSideFails();
		call(this.find, LIVE, OLD, 100, 1, 1);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(SHADOW);
		String reason = "find: 50 % of 100 calls of the new side failed, 1 % of 100 of the old one; 5 % more is tolerated";
		assertThat(f().changes())
			.containsExactly(new StageChangedEvent("f", LIVE, SHADOW, reason, "guardrail", 1, false, NOW));
		assertThat(this.events).containsExactly(new GuardrailEvent("f", LIVE, Action.STEPPED_BACK, reason, NOW));
		assertThat(counted(Action.STEPPED_BACK)).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 6 })
	void fromTheEndTheLeadIsLostStepByStep(int stages) {
		Guardrails guardrails = guardrails(flag(COMPLETE).stages(stages));
		List<MigrationStage> ladder = MigrationStage.ladder(stages);
		for (int i = stages - 1; f().stage() != SHADOW; i--) {
			assertThat(f().stage()).isEqualTo(ladder.get(i));
			pass(MINUTE);
			newSideFails();
			guardrails.tick();
		}
		assertThat(this.events).hasSize(ladder.size() - 1 - ladder.indexOf(SHADOW))
			.allMatch((event) -> event.action() == Action.STEPPED_BACK);
	}

	@Test
	void twoStagesStepBackToOff() {
		Guardrails guardrails = guardrails(flag(COMPLETE).stages(2));
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(OFF);
	}

	@ParameterizedTest
	@EnumSource
	void healthyNewSideStaysWhereItIs(MigrationStage stage) {
		Guardrails guardrails = guardrails(flag(stage).guardrailLatency(3).guardrailP99(Duration.ofMillis(50)));
		for (int i = 0; i < 10; i++) {
			pass(Duration.ofSeconds(15));
			call(this.find, stage, NEW, 100, 4, 2);
			call(this.find, stage, OLD, 100, 0, 1);
			guardrails.tick();
		}
		assertThat(f().stage()).isEqualTo(stage);
		assertThat(this.events).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void nobodyIsWatchedUnasked(MigrationStage stage) {
		Guardrails guardrails = guardrails(MigrationFlag.named("f").stage(stage));
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(stage);
		assertThat(f().secondaryReadsStopped()).isFalse();
	}

	@Test
	void failuresThatBothSidesHaveAreNoReason() {
		Guardrails guardrails = guardrails(flag(LIVE));
		pass(MINUTE);
		newSideFails();
		call(this.find, LIVE, OLD, 100, 48, 1);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
	}

	@Test
	void fewCallsConcludeNothing() {
		Guardrails guardrails = guardrails(flag(LIVE));
		pass(MINUTE);
		call(this.find, LIVE, NEW, 99, 99, 1);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
		call(this.find, LIVE, NEW, 1, 1, 1);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(SHADOW);
	}

	@Test
	void aWindowHasToPassBeforeAnythingIsConcluded() {
		Guardrails guardrails = guardrails(flag(LIVE));
		newSideFails();
		pass(MINUTE.minusSeconds(1));
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
		pass(Duration.ofSeconds(1));
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(SHADOW);
	}

	@Test
	void failuresOfLongAgoAreForgotten() {
		Guardrails guardrails = guardrails(flag(LIVE));
		newSideFails();
		pass(MINUTE.plusSeconds(30));
		call(this.find, LIVE, NEW, 100, 0, 1);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
	}

	@Test
	void slowNewSideLosesTheLead() {
		Guardrails guardrails = guardrails(flag(RAMP_DOWN).guardrailP99(Duration.ofMillis(100)));
		pass(MINUTE);
		call(this.find, RAMP_DOWN, NEW, 100, 0, 90);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(RAMP_DOWN);
		call(this.find, RAMP_DOWN, NEW, 10, 0, 300);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
		assertThat(this.events.get(0).reason()).startsWith("find: 99 % of calls within ")
			.endsWith("100 ms is tolerated");
	}

	@Test
	void newSideThatIsSlowerThanTheOldOneLosesTheLead() {
		Guardrails guardrails = guardrails(flag(LIVE).guardrailLatency(2));
		pass(MINUTE);
		call(this.find, LIVE, NEW, 100, 0, 30);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
		call(this.find, LIVE, OLD, 100, 0, 10);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(SHADOW);
		assertThat(this.events.get(0).reason()).endsWith("times, 2.00 tolerated");
	}

	@Test
	void writesAreWatchedToo() {
		Guardrails guardrails = guardrails(flag(LIVE));
		pass(MINUTE);
		call(this.save, LIVE, NEW, 100, 50, 1);
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(SHADOW);
	}

	@Test
	void whatIsNotSafeIsRefusedAndTriedAgain() {
		Guardrails guardrails = guardrails(flag(LIVE));
		f().declareWrites();
		f().secondaryWriteFailed();
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
		assertThat(actions()).containsExactly(Action.REFUSED);
		assertThat(this.events.get(0).reason()).contains("; but 1 secondary writes failed at live");
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		assertThat(actions()).containsExactly(Action.REFUSED, Action.REFUSED);
		assertThat(counted(Action.REFUSED)).isEqualTo(2);
	}

	@Test
	void volatileStoreRefusesTheFlip() {
		Guardrails guardrails = guardrails(flag(LIVE), false);
		f().declareWrites();
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
		assertThat(this.events.get(0).reason()).contains("not durable");
	}

	@Test
	void flagThatIsOwnedElsewhereStaysThere() {
		StageSource source = new StageSource() {

			@Override
			public String name() {
				return "console";
			}

			@Override
			public MigrationStage stage(String flag, MigrationContext context) {
				return LIVE;
			}

		};
		try (FlagSources sources = FlagSources.of(() -> List.of(source), () -> MINUTE, (flag, name, message, cause) -> {
		})) {
			this.flags = FlagRegistry.of(List.of(flag(OFF).build()), sources);
			StageMoves moves = new StageMoves(this.flags, this.meters::stageChanged, () -> null, Clock.systemUTC(),
					true, false);
			assertThat(this.flags.startSources()).isEmpty();
			assertThat(f().owner()).isEqualTo("console");
			Guardrails guardrails = new Guardrails(this.flags, moves, this.meters, this.events::add, Clock.systemUTC(),
					this.time::get);
			guardrails.tick();
			pass(MINUTE);
			newSideFails();
			guardrails.tick();
			assertThat(f().stage()).isEqualTo(LIVE);
			assertThat(this.events).singleElement().satisfies((event) -> {
				assertThat(event.action()).isEqualTo(Action.REFUSED);
				assertThat(event.reason()).endsWith("; but owned by console");
			});
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 4, 6 })
	void nobodyGoesBackFromCompleteOverWritesThatTheOldSideLacks(int stages) {
		Guardrails guardrails = guardrails(flag(COMPLETE).stages(stages));
		f().declareWrites();
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(COMPLETE);
		assertThat(actions()).containsExactly(Action.REFUSED);
	}

	@Test
	void failingSecondSideIsLeftOutOfReads() {
		Guardrails guardrails = guardrails(flag(SHADOW));
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(SHADOW);
		assertThat(f().secondaryReadsStopped()).isTrue();
		assertThat(actions()).containsExactly(Action.STOPPED);
		assertThat(f().epoch()).isZero();
		assertThat(f().changes()).singleElement().satisfies((event) -> {
			assertThat(event.from()).isEqualTo(SHADOW);
			assertThat(event.to()).isEqualTo(SHADOW);
			assertThat(event.actor()).isEqualTo("guardrail");
			assertThat(event.reason()).startsWith("second side of reads stopped: find: 50 %");
		});
	}

	@Test
	void failingSecondWritesGoOn() {
		Guardrails guardrails = guardrails(flag(SHADOW));
		pass(MINUTE);
		call(this.save, SHADOW, NEW, 100, 50, 1);
		guardrails.tick();
		assertThat(this.events).isEmpty();
	}

	@Test
	void secondSideIsTriedAgainAndHasToBeWellWithinItsLimits() {
		Guardrails guardrails = guardrails(flag(SHADOW).guardrailErrors(0.1));
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		pass(Duration.ofMinutes(5).minusSeconds(1));
		guardrails.tick();
		assertThat(f().secondaryReadsStopped()).isTrue();
		pass(Duration.ofSeconds(1));
		guardrails.tick();
		assertThat(f().secondaryReadsStopped()).isFalse();
		assertThat(actions()).containsExactly(Action.STOPPED, Action.RESUMED);
		pass(MINUTE);
		call(this.find, SHADOW, NEW, 100, 9, 1);
		guardrails.tick();
		assertThat(actions()).containsExactly(Action.STOPPED, Action.RESUMED, Action.STOPPED);
		pass(Duration.ofMinutes(5));
		guardrails.tick();
		pass(MINUTE);
		call(this.find, SHADOW, NEW, 100, 7, 1);
		guardrails.tick();
		pass(MINUTE.plusSeconds(30));
		call(this.find, SHADOW, NEW, 100, 9, 1);
		guardrails.tick();
		assertThat(f().secondaryReadsStopped()).isFalse();
		assertThat(this.events).hasSize(4);
	}

	@Test
	void changeOfStageEndsTheStop() {
		Guardrails guardrails = guardrails(flag(SHADOW));
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		StageMoves moves = new StageMoves(this.flags, this.meters::stageChanged, () -> "ada", Clock.systemUTC(), true,
				false);
		moves.stepBack("f", "look at it");
		assertThat(f().secondaryReadsStopped()).isFalse();
		moves.advance("f", "again");
		assertThat(f().secondaryReadsStopped()).isFalse();
	}

	@Test
	void newLeaderHasTheBenefitOfTheDoubt() {
		Guardrails guardrails = guardrails(flag(LIVE));
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		new StageMoves(this.flags, this.meters::stageChanged, () -> "ada", Clock.systemUTC(), true, false).advance("f",
				"once more");
		pass(Duration.ofMinutes(5));
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(LIVE);
	}

	@Test
	void failingListenerIsNotInTheWay() {
		this.flags = FlagRegistry.of(List.of(flag(LIVE).build()));
		StageMoves moves = new StageMoves(this.flags, this.meters::stageChanged, () -> null, Clock.systemUTC(), true,
				false);
		Guardrails guardrails = new Guardrails(this.flags, moves, this.meters, (event) -> {
			throw new IllegalStateException("listener");
		}, Clock.systemUTC(), this.time::get);
		guardrails.tick();
		pass(MINUTE);
		newSideFails();
		guardrails.tick();
		assertThat(f().stage()).isEqualTo(SHADOW);
	}

}
