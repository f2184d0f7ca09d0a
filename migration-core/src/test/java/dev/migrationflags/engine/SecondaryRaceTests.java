package dev.migrationflags.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.mark.KeyTexts;
import dev.migrationflags.flags.Gate;
import io.micrometer.core.instrument.Counter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.migrationflags.engine.Latches.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Second sides that end at the very moment at which their time is up, their pool is
 * closed, or their caller goes away: each ends in exactly one way.
 */
@Timeout(120)
class SecondaryRaceTests {

	private static final int ROUNDS = 60;

	private static final int CALLS = 3;

	@ParameterizedTest
	@EnumSource
	void secondSideEndsInExactlyOneWay(Way way) throws Throwable {
		for (int round = 0; round < ROUNDS; round++) {
			race(way);
		}
	}

	private static void race(Way way) throws Throwable {
		Duration timeout = Duration.ofNanos(random(50, 600) * 1000);
		TestMarks marks = new TestMarks();
		try (TestEngine engine = TestEngine.at(MigrationStage.SHADOW,
				(flag) -> way.settings(flag.readTimeout(timeout).writeTimeout(timeout)), 1, 2)) {
			Operation operation = way.operation(engine, marks);
			Thread closing = new Thread(() -> {
				pause(random(0, 1500));
				engine.pool.close();
			});
			if (random(0, 3) == 0) {
				closing.start();
			}
			List<CompletableFuture<?>> results = new ArrayList<>();
			for (int i = 0; i < CALLS; i++) {
				results.add(way.call(operation));
			}
			for (CompletableFuture<?> result : results) {
				assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo("value");
			}
			closing.join();
			Gate gate = engine.flag.holdForOthers();
			eventually(() -> {
				assertThat(engine.calls("origin", "old")).isEqualTo(CALLS);
				assertThat(way.isRead() ? verdicts(engine) : ends(engine)).isEqualTo(CALLS);
				assertThat(engine.flag.isDrained(gate)).isTrue();
				assertThat(marks.log.stream().filter((line) -> line.startsWith("finish")))
					.hasSameSizeAs(marks.log.stream().filter((line) -> line.startsWith("begin")).toList());
			});
			long reached = engine.calls("origin", "new", "outcome", "success");
			assertThat(engine.flag.secondaryWriteFailures())
				.isEqualTo((way.isRead() || way.marked) ? 0 : CALLS - reached);
		}
	}

	private static long verdicts(TestEngine engine) {
		return (long) engine.compared() + skipped(engine);
	}

	private static long ends(TestEngine engine) {
		return engine.calls("origin", "new") + skipped(engine);
	}

	private static long skipped(TestEngine engine) {
		return (long) engine.meters.find("migration.skipped").counters().stream().mapToDouble(Counter::count).sum();
	}

	private static long random(int least, int most) {
		return ThreadLocalRandom.current().nextLong(least, most);
	}

	private static void pause(long micros) {
		long end = System.nanoTime() + micros * 1000;
		while (System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
	}

	enum Way {

		DETACHED_READ(ReadExecution.DETACHED, true, false, null),

		CONCURRENT_READ(ReadExecution.CONCURRENT, true, false, null),

		AWAITED_WRITE(null, true, false, null),

		WRITE(null, false, false, null),

		AWAITED_MARKED_WRITE(null, true, true, null),

		MARKED_WRITE(null, false, true, null),

		DETACHED_READ_OF_A_FUTURE(ReadExecution.DETACHED, true, false, AsyncForm.FUTURE),

		CONCURRENT_READ_OF_A_FUTURE(ReadExecution.CONCURRENT, true, false, AsyncForm.FUTURE),

		SERIAL_READ_OF_A_FUTURE(ReadExecution.SERIAL, true, false, AsyncForm.FUTURE),

		AWAITED_WRITE_OF_A_FUTURE(null, true, false, AsyncForm.FUTURE),

		WRITE_OF_A_FUTURE(null, false, false, AsyncForm.FUTURE),

		AWAITED_MARKED_WRITE_OF_A_FUTURE(null, true, true, AsyncForm.FUTURE),

		MARKED_WRITE_OF_A_MONO(null, false, true, AsyncForm.MONO),

		CONCURRENT_READ_OF_A_FLUX(ReadExecution.CONCURRENT, true, false, AsyncForm.FLUX);

		private final @Nullable ReadExecution execution;

		private final boolean awaited;

		final boolean marked;

		private final @Nullable AsyncForm form;

		Way(@Nullable ReadExecution execution, boolean awaited, boolean marked, @Nullable AsyncForm form) {
			this.execution = execution;
			this.awaited = awaited;
			this.marked = marked;
			this.form = form;
		}

		boolean isRead() {
			return this.execution != null;
		}

		MigrationFlag.Builder settings(MigrationFlag.Builder flag) {
			return (this.execution != null) ? flag.readExecution(this.execution)
					: flag.writeTiming(WriteTiming.AFTER_COMMIT).writeAwait(this.awaited);
		}

		Operation operation(TestEngine engine, TestMarks marks) {
			OperationSpec spec = OperationSpec
				.of(engine.flag, "find", isRead() ? OperationType.READ : OperationType.WRITE)
				.with(KeyTexts.of(Long.class));
			Engine used = this.marked ? engine.with(CallerTransactions.NONE).marking(marks) : engine.engine;
			return (this.form != null) ? this.form.operation(used, spec) : used.operation(spec);
		}

		CompletableFuture<?> call(Operation operation) throws Throwable {
			AsyncForm form = this.form;
			if (form == null) {
				TestCall call = TestCall.of(() -> "value", () -> {
					pause(random(0, 500));
					return "value";
				}).withKey(5);
				return CompletableFuture.completedFuture(operation.execute(call));
			}
			TestCall call = TestCall.of(() -> form.of(CompletableFuture.completedFuture("value")), () -> {
				pause(random(0, 100));
				CompletableFuture<String> later = new CompletableFuture<>();
				later.completeOnTimeout("value", random(0, 500), TimeUnit.MICROSECONDS);
				return form.of(later);
			}).withKey(5);
			return form.call(operation, call);
		}

	}

}
