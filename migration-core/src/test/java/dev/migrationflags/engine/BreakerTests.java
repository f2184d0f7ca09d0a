package dev.migrationflags.engine;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link Breaker} and for what operations make of it.
 */
class BreakerTests {

	private static final SideCall FAILS = () -> {
		throw new IOException();
	};

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

	private final Breaker breaker = new Breaker(this.now::get);

	private void fail(int times) {
		IntStream.range(0, times).forEach((i) -> this.breaker.failed());
	}

	private void elapse(long millis) {
		this.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	@Test
	void opensAfterFiveFailuresInARow() {
		for (int i = 0; i < 5; i++) {
			assertThat(this.breaker.allows()).isTrue();
			fail(1);
		}
		assertThat(this.breaker.allows()).isFalse();
	}

	@Test
	void successInBetweenStartsTheRowAnew() {
		fail(4);
		this.breaker.succeeded();
		fail(4);
		assertThat(this.breaker.allows()).isTrue();
		fail(1);
		assertThat(this.breaker.allows()).isFalse();
	}

	@Test
	void openBreakerLetsOneProbeThroughEverySecond() {
		fail(5);
		elapse(999);
		assertThat(this.breaker.allows()).isFalse();
		elapse(1);
		assertThat(this.breaker.allows()).isTrue();
		assertThat(this.breaker.allows()).isFalse();
		this.breaker.failed();
		elapse(999);
		assertThat(this.breaker.allows()).isFalse();
		elapse(1);
		assertThat(this.breaker.allows()).isTrue();
		assertThat(this.breaker.allows()).isFalse();
	}

	@Test
	void probeThatSucceedsCloses() {
		fail(5);
		elapse(1000);
		assertThat(this.breaker.allows()).isTrue();
		this.breaker.succeeded();
		assertThat(this.breaker.allows()).isTrue();
		assertThat(this.breaker.allows()).isTrue();
		fail(4);
		assertThat(this.breaker.allows()).isTrue();
	}

	@Test
	void probeThatNeverEndsDoesNotEndTheProbing() {
		fail(5);
		elapse(1000);
		assertThat(this.breaker.allows()).isTrue();
		elapse(1000);
		assertThat(this.breaker.allows()).isTrue();
	}

	@Test
	void longPauseDoesNotPileUpProbes() {
		fail(5);
		elapse(10_000);
		assertThat(this.breaker.allows()).isTrue();
		assertThat(this.breaker.allows()).isFalse();
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.Dual#everyDualStage")
	void secondaryThatKeepsFailingIsSkippedAndCounted(MigrationStage stage, Dual dual) throws Throwable {
		try (TestEngine engine = dual.engine(stage)) {
			Operation operation = dual.operation(engine);
			int skipped = 0;
			for (int i = 0; i < 100; i++) {
				TestCall call = TestCall.with(stage.authority().other(), FAILS);
				assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
				assertThat(call.invoked.size()).isBetween(1, 2);
				skipped += 2 - call.invoked.size();
				assertThat(engine.skipped("open")).isEqualTo(skipped);
				if (call.invoked.size() == 1) {
					assertThat(i).isGreaterThanOrEqualTo(5);
				}
			}
			assertThat(skipped).isPositive();
			assertThat(engine.calls("origin", stage.authority().key())).isEqualTo(100);
			assertThat(engine.calls("origin", stage.authority().other().key())).isEqualTo(100 - skipped);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo((dual.type == OperationType.WRITE) ? 100 : 0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void entityThatNeitherSideKnowsIsNoFailureOfTheSecondary(MigrationStage stage) {
		try (TestEngine engine = TestEngine.at(stage)) {
			Operation operation = engine.operation("find", OperationType.READ);
			for (int i = 0; i < 20; i++) {
				TestCall call = TestCall.of(FAILS, FAILS);
				assertThat(catchThrowable(() -> operation.execute(call))).isInstanceOf(IOException.class);
				assertThat(call.invoked).hasSize(2);
			}
			assertThat(engine.skipped("open")).isZero();
			assertThat(engine.compared(stage, "match")).isEqualTo(20);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void failuresOfTheAuthorityAreNotHeldAgainstTheSecondary(MigrationStage stage) {
		try (TestEngine engine = TestEngine.at(stage)) {
			Operation operation = engine.operation("find", OperationType.READ);
			for (int i = 0; i < 20; i++) {
				TestCall call = TestCall.with(stage.authority(), FAILS);
				assertThat(catchThrowable(() -> operation.execute(call))).isInstanceOf(IOException.class);
				assertThat(call.invoked).hasSize(2);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void readsWritesOperationsAndSidesHaveBreakersOfTheirOwn(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage)) {
			MigrationOrigin other = stage.authority().other();
			Operation find = engine.operation("find", OperationType.READ);
			for (int i = 0; i < 100; i++) {
				find.execute(TestCall.with(other, FAILS));
			}
			assertThat(engine.skipped("open")).isPositive();
			double skipped = engine.skipped("open");
			engine.operation("list", OperationType.READ).execute(TestCall.with(other, FAILS));
			engine.operation("find", OperationType.WRITE).execute(TestCall.with(other, FAILS));
			MigrationStage flipped = (stage == MigrationStage.SHADOW) ? MigrationStage.LIVE : MigrationStage.SHADOW;
			engine.moves.forceTo(TestEngine.FLAG, flipped, "the other side is the secondary now");
			TestCall call = TestCall.of(() -> "same", () -> "same");
			find.execute(call);
			assertThat(call.invoked).hasSize(2);
			assertThat(engine.skipped("open")).isEqualTo(skipped);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void failedSecondaryWriteIsHeldAgainstTheFlag(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage)) {
			Operation save = engine.operation("save", OperationType.WRITE);
			save.execute(TestCall.of(() -> "old", () -> "new"));
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
			save.execute(TestCall.with(stage.authority().other(), FAILS));
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
			save.execute(TestCall.of(() -> "old", () -> "new"));
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
		}
	}

}
