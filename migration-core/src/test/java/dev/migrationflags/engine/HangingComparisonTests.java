package dev.migrationflags.engine;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.Migrator;
import dev.migrationflags.Mismatch;
import dev.migrationflags.ResultComparator;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.migrationflags.engine.Latches.eventually;
import static dev.migrationflags.engine.Latches.hang;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What compares, and what is told of it, keeps the caller no longer than the mode says
 * and sees what the caller got, not what became of it.
 */
@Timeout(60)
class HangingComparisonTests {

	private final CountDownLatch released = new CountDownLatch(1);

	private final CountDownLatch interrupted = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.released.countDown();
	}

	@ParameterizedTest
	@CsvSource({ "SHADOW, DETACHED_READ", "LIVE, DETACHED_READ", "SHADOW, CONCURRENT_READ", "LIVE, CONCURRENT_READ" })
	@Execution(ExecutionMode.CONCURRENT)
	void comparatorThatHangsIsInterruptedAndCountedAtTheLimit(MigrationStage stage, Pooled mode) throws Exception {
		try (TestEngine engine = mode.engine(stage, Duration.ofSeconds(1))) {
			ResultComparator<String> hangs = (oldValue, newValue) -> {
				try {
					this.released.await();
				}
				catch (InterruptedException ex) {
					this.interrupted.countDown();
					hang(this.released);
				}
				return true;
			};
			Migrator<Integer, String, String> migrator = engine.<Integer, String, String>migrator()
				.read((id) -> "old", (id) -> "new", hangs)
				.build();
			assertThat(migrator.read(1)).isEqualTo(stage.authority().key());
			assertThat(this.released.getCount()).isEqualTo(1);
			assertThat(this.interrupted.await(30, TimeUnit.SECONDS)).isTrue();
			eventually(() -> assertThat(engine.compared(stage, "timeout")).isEqualTo(1));
			assertThat(engine.calls("outcome", "success")).isEqualTo(2);
			this.released.countDown();
			engine.pool.close();
			assertThat(engine.compared()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void callerOfADetachedReadDoesNotWaitForTheComparator(MigrationStage stage) throws Exception {
		try (TestEngine engine = Pooled.DETACHED_READ.engine(stage, Pooled.LONG)) {
			ResultComparator<String> hangs = (oldValue, newValue) -> {
				hang(this.released);
				return true;
			};
			Migrator<Integer, String, String> migrator = engine.<Integer, String, String>migrator()
				.read((id) -> "old", (id) -> "new", hangs)
				.build();
			assertThat(migrator.read(1)).isEqualTo(stage.authority().key());
			assertThat(engine.compared()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource({ "SHADOW, DETACHED_READ", "LIVE, DETACHED_READ", "SHADOW, CONCURRENT_READ", "LIVE, CONCURRENT_READ" })
	void listenerThatHangsKeepsNobody(MigrationStage stage, Pooled mode) throws Throwable {
		CountDownLatch told = new CountDownLatch(1);
		MismatchReporter reporter = new MismatchReporter(10, () -> List.of((Mismatch mismatch) -> {
			told.countDown();
			hang(this.released);
		}), Clock.systemUTC());
		try (TestEngine engine = mode.engine(stage, Pooled.LONG); reporter) {
			Operation operation = engine.with(reporter)
				.operation(OperationSpec.of(engine.flag, "find", OperationType.READ));
			TestCall call = TestCall.of(() -> "old", () -> "new");
			for (int i = 0; i < 20; i++) {
				assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
			}
			told.await();
			eventually(() -> assertThat(engine.compared(stage, "mismatch")).isEqualTo(20));
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void whatTheCallerDoesWithTheValueDoesNotChangeTheVerdict(MigrationStage stage) throws Throwable {
		try (TestEngine engine = Pooled.DETACHED_READ.engine(stage, Pooled.LONG)) {
			Operation operation = Pooled.DETACHED_READ.operation(engine);
			List<StringBuilder> secondary = lines();
			TestCall call = (stage == MigrationStage.SHADOW) ? TestCall.of(HangingComparisonTests::lines, () -> {
				hang(this.released);
				return secondary;
			}) : TestCall.of(() -> {
				hang(this.released);
				return secondary;
			}, HangingComparisonTests::lines);
			@SuppressWarnings("unchecked")
			List<StringBuilder> value = (List<StringBuilder>) Objects.requireNonNull(operation.execute(call));
			value.get(0).append(" changed");
			value.remove(1);
			this.released.countDown();
			eventually(() -> assertThat(engine.compared()).isEqualTo(1));
			assertThat(engine.compared(stage, "match")).isEqualTo(1);
		}
	}

	private static List<StringBuilder> lines() {
		return new ArrayList<>(List.of(new StringBuilder("one"), new StringBuilder("two")));
	}

}
