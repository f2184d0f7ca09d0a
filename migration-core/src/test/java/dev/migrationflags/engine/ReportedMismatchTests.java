package dev.migrationflags.engine;

import java.util.List;

import dev.migrationflags.Difference;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.Mismatch;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a dual read tells about a mismatch: where and in what way, and not more.
 */
class ReportedMismatchTests {

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void mismatchCarriesNoValuesUnlessTheyAreIncluded(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage)) {
			assertThat(mismatch(engine, engine.engine, "1").differences())
				.containsExactly(new Difference("name", Difference.Kind.VALUE, null, null));
			Engine including = engine.with(engine.engineMeters, ComparatorLookup.NONE, true);
			assertThat(mismatch(engine, including, "1").differences())
				.containsExactly(new Difference("name", Difference.Kind.VALUE, "old", "new"));
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void mismatchesOfOneKeyCanBeToldTogether(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage)) {
			Mismatch first = mismatch(engine, engine.engine, "4711-4711-4711");
			assertThat(first.keyDigest()).isNotNull().doesNotContain("4711");
			assertThat(mismatch(engine, engine.engine, "4711-4711-4711").keyDigest()).isEqualTo(first.keyDigest());
			assertThat(mismatch(engine, engine.engine, "4711-4711-4712").keyDigest()).isNotEqualTo(first.keyDigest());
			assertThat(mismatch(engine, engine.engine, null).keyDigest()).isNull();
			assertThat(first.toString()).doesNotContain("4711-");
			assertThat(engine.reporter.recent(TestEngine.FLAG)).hasSize(4).last().isEqualTo(first);
		}
	}

	@ParameterizedTest
	@EnumSource
	void onlyShadowAndLiveHaveMismatches(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage)) {
			engine.operation("find", OperationType.READ).execute(TestCall.of(() -> "old", () -> "new"));
			engine.operation("save", OperationType.WRITE).execute(TestCall.of(() -> "old", () -> "new"));
			List<Mismatch> recent = engine.reporter.recent(TestEngine.FLAG);
			assertThat(recent).hasSize(stage.readsBoth() ? 1 : 0);
			assertThat(recent).allSatisfy((mismatch) -> {
				assertThat(mismatch.stage()).isEqualTo(stage);
				assertThat(mismatch.operation()).isEqualTo("find");
			});
		}
	}

	private static Mismatch mismatch(TestEngine engine, Engine runs, @Nullable Object key) throws Throwable {
		runs.operation(OperationSpec.of(engine.flag, "find", OperationType.READ))
			.execute(TestCall.of(() -> new Customer("old"), () -> new Customer("new")).withKey(key));
		return engine.mismatch();
	}

	private record Customer(String name) {
	}

}
