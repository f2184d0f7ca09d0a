package dev.migrationflags.engine;

import java.util.concurrent.atomic.AtomicInteger;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code read.sampling}, {@code read.check-sampling} and
 * {@code comparison.enabled}.
 */
class SamplingTests {

	@ParameterizedTest
	@EnumSource
	void readOutsideTheSampleRunsTheAuthorityOnly(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.readSampling(0))) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(engine.operation("find", OperationType.READ).execute(call)).isEqualTo(stage.authority().key());
			assertThat(call.invoked).containsExactly(stage.authority());
			assertThat(engine.skipped("sampled")).isEqualTo(stage.readsBoth() ? 1 : 0);
			assertThat(engine.compared()).isZero();
			assertThat(engine.calls("origin", stage.authority().key(), "outcome", "success")).isEqualTo(1);
			assertThat(engine.calls()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void samplingOfReadsLeavesWritesAlone(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.readSampling(0).readCheckSampling(0))) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			engine.operation("save", OperationType.WRITE).execute(call);
			assertThat(call.invoked).hasSize(stage.writesBoth() ? 2 : 1);
			assertThat(engine.meters.find("migration.skipped").counters()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void readThatIsNotCheckedRunsBothSidesAndIsCounted(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.readCheckSampling(0))) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(engine.operation("find", OperationType.READ).execute(call)).isEqualTo(stage.authority().key());
			assertThat(call.invoked).hasSize(stage.readsBoth() ? 2 : 1);
			assertThat(engine.skipped("unchecked")).isEqualTo(stage.readsBoth() ? 1 : 0);
			assertThat(engine.compared()).isZero();
			assertThat(engine.reporter.recent(TestEngine.FLAG)).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void comparisonThatIsSwitchedOffIsNoSkippedOne(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.comparisonEnabled(false))) {
			TestCall call = TestCall.of(() -> "old", () -> "new");
			assertThat(engine.operation("find", OperationType.READ).execute(call)).isEqualTo(stage.authority().key());
			assertThat(call.invoked).hasSize(stage.readsBoth() ? 2 : 1);
			assertThat(engine.meters.find("migration.skipped").counters()).isEmpty();
			assertThat(engine.compared()).isZero();
			assertThat(engine.reporter.recent(TestEngine.FLAG)).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void shareOfReadsIsWhatIsRunAndTheRestIsCounted(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.readSampling(0.5).readCheckSampling(0.5))) {
			Operation operation = engine.operation("find", OperationType.READ);
			AtomicInteger secondaries = new AtomicInteger();
			for (int i = 0; i < 1000; i++) {
				TestCall call = TestCall.of(() -> "same", () -> "same");
				operation.execute(call);
				secondaries.addAndGet(call.invoked.size() - 1);
			}
			assertThat(secondaries.get()).isBetween(300, 700);
			assertThat(engine.skipped("sampled")).isEqualTo(1000 - secondaries.get());
			assertThat(engine.compared()).isBetween(100.0, 400.0);
			assertThat(engine.compared(stage, "match")).isEqualTo(engine.compared());
			assertThat(engine.skipped("unchecked")).isEqualTo(secondaries.get() - engine.compared());
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void operationMayHaveASampleOfItsOwn(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage,
				(flag) -> flag.operation("find", (operation) -> operation.readSampling(0)))) {
			TestCall find = TestCall.of(() -> "old", () -> "new");
			engine.operation("find", OperationType.READ).execute(find);
			TestCall list = TestCall.of(() -> "old", () -> "new");
			engine.operation("list", OperationType.READ).execute(list);
			assertThat(find.invoked).containsExactly(stage.authority());
			assertThat(list.invoked).containsExactlyInAnyOrder(MigrationOrigin.values());
		}
	}

}
