package dev.migrationflags.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedException;
import dev.migrationflags.flags.Decision;
import dev.migrationflags.flags.Flag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which stage the calls of one request or transaction have, whatever the flag does.
 */
class PinnedStagesTests {

	private static final long FOREVER = Duration.ofHours(1).toNanos();

	private @Nullable Pins pins = new Pins();

	private final Transaction transaction = new Transaction();

	static Stream<Arguments> everyMove() {
		return Arrays.stream(MigrationStage.values())
			.flatMap((from) -> Arrays.stream(MigrationStage.values()).map((to) -> Arguments.of(from, to)));
	}

	@ParameterizedTest
	@MethodSource("everyMove")
	void stageIsKeptOnOneSideOfTheFlip(MigrationStage from, MigrationStage to) throws Throwable {
		try (TestEngine engine = TestEngine.at(from)) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(from);
			engine.moves.forceTo(TestEngine.FLAG, to, "test");
			MigrationStage expected = from.flipsTo(to) ? to : from;
			assertThat(stageOf(pinning, engine, OperationType.READ)).isEqualTo(expected);
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(expected);
			assertThat(engine.moves.stage(TestEngine.FLAG)).isEqualTo(to);
			this.pins = new Pins();
			assertThat(stageOf(pinning, engine, OperationType.READ)).isEqualTo(to);
		}
	}

	@ParameterizedTest
	@MethodSource("everyMove")
	void nothingIsKeptOutsideOfRequestsAndTransactions(MigrationStage from, MigrationStage to) throws Throwable {
		this.pins = null;
		try (TestEngine engine = TestEngine.at(from)) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(from);
			engine.moves.forceTo(TestEngine.FLAG, to, "test");
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(to);
		}
	}

	@ParameterizedTest
	@MethodSource("everyMove")
	void transactionThatHasWrittenDoesNotChangeSides(MigrationStage from, MigrationStage to) throws Throwable {
		this.transaction.active = true;
		try (TestEngine engine = TestEngine.at(from)) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			stageOf(pinning, engine, OperationType.WRITE);
			engine.moves.forceTo(TestEngine.FLAG, to, "test");
			for (OperationType type : OperationType.values()) {
				if (from.flipsTo(to)) {
					TestCall call = TestCall.of(() -> "old", () -> "new");
					assertThatExceptionOfType(StageChangedException.class)
						.isThrownBy(() -> operation(pinning, engine, type).execute(call))
						.withMessageContaining("'orders-db' has moved from %s to %s", from.key(), to.key())
						.withMessageContaining("roll the transaction back and run it again")
						.satisfies((ex) -> {
							assertThat(ex.getFlag()).isEqualTo(TestEngine.FLAG);
							assertThat(ex.getWrittenStage()).isEqualTo(from);
							assertThat(ex.getCurrentStage()).isEqualTo(to);
						});
					assertThat(call.invoked).isEmpty();
				}
				else {
					assertThat(stageOf(pinning, engine, type)).isEqualTo(from);
				}
			}
			this.transaction.end();
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(from.flipsTo(to) ? to : from);
		}
	}

	@ParameterizedTest
	@MethodSource("everyMove")
	void transactionThatHasOnlyReadGoesOnAtTheNewStage(MigrationStage from, MigrationStage to) throws Throwable {
		this.transaction.active = true;
		try (TestEngine engine = TestEngine.at(from)) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			stageOf(pinning, engine, OperationType.READ);
			engine.moves.forceTo(TestEngine.FLAG, to, "test");
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(from.flipsTo(to) ? to : from);
		}
	}

	@ParameterizedTest
	@MethodSource("everyMove")
	void pinDoesNotOutliveTheDeadlineOfAWrite(MigrationStage from, MigrationStage to) throws Throwable {
		try (TestEngine engine = TestEngine.at(from, PinnedStagesTests::shortLived)) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			stageOf(pinning, engine, OperationType.READ);
			engine.moves.forceTo(TestEngine.FLAG, to, "test");
			pass(Duration.ofMillis(2));
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(to);
		}
	}

	@ParameterizedTest
	@MethodSource("everyMove")
	void transactionDoesNotWriteAtTwoClassesOfStages(MigrationStage from, MigrationStage to) throws Throwable {
		this.transaction.active = true;
		try (TestEngine engine = TestEngine.at(from, PinnedStagesTests::shortLived)) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			stageOf(pinning, engine, OperationType.WRITE);
			engine.moves.forceTo(TestEngine.FLAG, to, "test");
			pass(Duration.ofMillis(2));
			if (from.sameClassAs(to)) {
				assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(to);
			}
			else {
				TestCall call = TestCall.of(() -> "old", () -> "new");
				assertThatExceptionOfType(StageChangedException.class)
					.isThrownBy(() -> operation(pinning, engine, OperationType.WRITE).execute(call));
				assertThat(call.invoked).isEmpty();
			}
			if (!from.flipsTo(to)) {
				assertThat(stageOf(pinning, engine, OperationType.READ)).isEqualTo(to);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW" })
	void callAtAKeptStageCountsAsBegunWhenItWasPinned(MigrationStage to) {
		Pins pins = new Pins();
		try (TestEngine engine = TestEngine.at(MigrationStage.OFF)) {
			Subject subject = Subject.of(engine.flag, null);
			long before = System.nanoTime();
			pins.decide(subject, now(engine, MigrationStage.OFF), FOREVER);
			long after = System.nanoTime();
			pass(Duration.ofMillis(1));
			Decision kept = pins.decide(subject, now(engine, to), FOREVER);
			assertThat(kept.stage()).isEqualTo(MigrationStage.OFF);
			assertThat(kept.start(System.nanoTime())).isBetween(before, after);
			assertThat(now(engine, to).start(System.nanoTime())).isGreaterThan(after);
		}
	}

	@Test
	void everyContextHasAPinOfItsOwn() throws Throwable {
		MigrationContext[] context = { MigrationContext.of("one") };
		try (TestEngine engine = TestEngine.at(MigrationStage.DUAL_WRITE,
				(flag) -> flag.context("user").rollout(MigrationStage.SHADOW, 0), new SimpleMeterRegistry(),
				() -> context[0])) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			assertThat(stageOf(pinning, engine, OperationType.READ)).isEqualTo(MigrationStage.DUAL_WRITE);
			engine.moves.forceTo(TestEngine.FLAG, MigrationStage.SHADOW, "test");
			context[0] = MigrationContext.of("two");
			assertThat(stageOf(pinning, engine, OperationType.READ)).isEqualTo(MigrationStage.SHADOW);
			context[0] = MigrationContext.of("one");
			assertThat(stageOf(pinning, engine, OperationType.READ)).isEqualTo(MigrationStage.DUAL_WRITE);
		}
	}

	@Test
	void contextThatHasWrittenDoesNotKeepAnotherOneFromChangingSides() throws Throwable {
		this.transaction.active = true;
		MigrationContext[] context = { MigrationContext.of("one") };
		try (TestEngine engine = TestEngine.at(MigrationStage.SHADOW,
				(flag) -> flag.context("user").rollout(MigrationStage.SHADOW, 0), new SimpleMeterRegistry(),
				() -> context[0])) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			stageOf(pinning, engine, OperationType.WRITE);
			engine.moves.forceTo(TestEngine.FLAG, MigrationStage.LIVE, "test");
			context[0] = MigrationContext.of("two");
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(MigrationStage.LIVE);
		}
	}

	@Test
	void pinsAreBounded() {
		Pins pins = new Pins();
		try (TestEngine engine = TestEngine.at(MigrationStage.OFF)) {
			for (int number = 0; number <= Pins.LIMIT; number++) {
				pins.decide(subject(engine, number), now(engine, MigrationStage.OFF), FOREVER);
			}
			assertThat(pins.decide(subject(engine, 0), now(engine, MigrationStage.SHADOW), FOREVER).stage())
				.isEqualTo(MigrationStage.OFF);
			assertThat(pins.decide(subject(engine, Pins.LIMIT), now(engine, MigrationStage.SHADOW), FOREVER).stage())
				.isEqualTo(MigrationStage.SHADOW);
			assertThat(pins.decide(subject(engine, Pins.LIMIT), now(engine, MigrationStage.OFF), FOREVER).stage())
				.isEqualTo(MigrationStage.OFF);
		}
	}

	@Test
	void contextThatCannotBeToldApartHasTheStageOfNow() throws Throwable {
		MigrationContext broken = MigrationContext.of("user", "one", Map.of("plan", new Unequal()));
		try (TestEngine engine = TestEngine.at(MigrationStage.DUAL_WRITE,
				(flag) -> flag.context("user").rollout(MigrationStage.SHADOW, 0), new SimpleMeterRegistry(),
				() -> broken)) {
			Engine pinning = engine.with(this.transaction, () -> this.pins);
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(MigrationStage.DUAL_WRITE);
			engine.moves.forceTo(TestEngine.FLAG, MigrationStage.SHADOW, "test");
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(MigrationStage.SHADOW);
		}
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void scopeThatFailsDoesNotReachTheCaller(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage)) {
			Engine pinning = engine.with(this.transaction, () -> {
				throw new IllegalStateException("scope");
			});
			assertThat(stageOf(pinning, engine, OperationType.WRITE)).isEqualTo(stage);
		}
	}

	private static Decision now(TestEngine engine, MigrationStage stage) {
		return engine.flag.position().decision(stage);
	}

	private static Subject subject(TestEngine engine, int number) {
		return Subject.of(engine.flag, MigrationContext.of("id-" + number));
	}

	private static MigrationFlag.Builder shortLived(MigrationFlag.Builder flag) {
		return flag.writeTimeout(Duration.ofMillis(1)).writeDeadline(Duration.ofMillis(1));
	}

	private static void pass(Duration time) {
		long start = System.nanoTime();
		Awaitility.await()
			.pollInterval(1, TimeUnit.MILLISECONDS)
			.until(() -> System.nanoTime() - start > time.toNanos());
	}

	private static Operation operation(Engine pinning, TestEngine engine, OperationType type) {
		return pinning.operation(OperationSpec.of(engine.flag, "item", type));
	}

	/**
	 * The stage that a call had, as its metrics tell.
	 */
	private static MigrationStage stageOf(Engine pinning, TestEngine engine, OperationType type) throws Throwable {
		List<MigrationStage> stages = new ArrayList<>();
		long[] before = counts(engine, type);
		TestCall call = TestCall.of(() -> "same", () -> "same");
		operation(pinning, engine, type).execute(call);
		long[] after = counts(engine, type);
		for (MigrationStage stage : MigrationStage.values()) {
			if (after[stage.ordinal()] > before[stage.ordinal()]) {
				stages.add(stage);
			}
		}
		assertThat(stages).hasSize(1);
		MigrationStage stage = stages.get(0);
		MigrationOrigin authority = stage.authority();
		assertThat(call.invoked).first().isEqualTo(authority);
		return stage;
	}

	private static long[] counts(TestEngine engine, OperationType type) {
		return Arrays.stream(MigrationStage.values())
			.mapToLong((stage) -> engine.calls("stage", stage.key(), "type", type.key(), "authoritative", "true"))
			.toArray();
	}

	private static final class Unequal {

		@Override
		public boolean equals(Object other) {
			throw new IllegalStateException("equals");
		}

		@Override
		public int hashCode() {
			throw new IllegalStateException("hashCode");
		}

	}

	/**
	 * The transaction of the caller.
	 */
	private static final class Transaction implements CallerTransactions {

		private boolean active;

		private final Map<Subject, MigrationStage> written = new HashMap<>();

		void end() {
			this.active = false;
			this.written.clear();
		}

		@Override
		public boolean defer(@Nullable String manager, Deferred write) {
			return false;
		}

		@Override
		public void written(Flag flag, @Nullable MigrationContext context, MigrationStage stage,
				@Nullable String manager) {
			if (this.active) {
				this.written.putIfAbsent(Subject.of(flag, context), stage);
			}
		}

		@Override
		public @Nullable MigrationStage writtenAt(Flag flag, @Nullable MigrationContext context) {
			return this.written.get(Subject.of(flag, context));
		}

		@Override
		public boolean hasWritten(Flag flag) {
			return false;
		}

	}

}
