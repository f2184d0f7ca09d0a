package dev.migrationflags.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.pool.FairPool;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Reads whose results come later.
 */
class AsyncReadTests {

	private static final String EVERY_READ = "dev.migrationflags.engine.AsyncForm#everyReadAtEveryStage";

	private static final String EVERY_DUAL_READ = "dev.migrationflags.engine.AsyncForm#everyDualRead";

	private static final String EVERY_AWAITED_READ = "dev.migrationflags.engine.AsyncForm#everyAwaitedRead";

	private static TestEngine engine(MigrationStage stage, ReadExecution execution) {
		return engine(stage, execution, Duration.ofSeconds(30));
	}

	private static TestEngine engine(MigrationStage stage, ReadExecution execution, Duration timeout) {
		return TestEngine.at(stage, (flag) -> flag.readExecution(execution).readTimeout(timeout));
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(2)).untilAsserted(assertion);
	}

	private static @Nullable String get(CompletableFuture<String> result) throws Exception {
		return result.get(20, TimeUnit.SECONDS);
	}

	private static Throwable error(CompletableFuture<String> result) {
		Throwable error = catchThrowable(() -> get(result));
		assertThat(error).isInstanceOf(ExecutionException.class);
		return Objects.requireNonNull(error.getCause());
	}

	@ParameterizedTest
	@MethodSource(EVERY_READ)
	void callerGetsTheAuthorityAndBothSidesAreMeasured(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution)) {
			AsyncSides sides = AsyncSides.named(form);
			Operation operation = form.operation(engine, OperationType.READ);
			assertThat(get(form.call(operation, sides))).isEqualTo(stage.authority().key());
			int expected = stage.readsBoth() ? 2 : 1;
			await(() -> assertThat(engine.calls("stage", stage.key(), "outcome", "success")).isEqualTo(expected));
			await(() -> assertThat(engine.compared(stage, "mismatch")).isEqualTo(expected - 1));
			assertThat(sides.invoked).hasSize(expected).contains(stage.authority());
			assertThat(engine.calls("origin", stage.authority().key(), "authoritative", "true")).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_READ)
	void exceptionOfTheAuthorityReachesTheCallerAsItIs(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution)) {
			IOException failure = new IOException();
			AsyncSides sides = new AsyncSides(form);
			sides.of(stage.authority()).completeExceptionally(failure);
			sides.of(stage.authority().other()).complete("other");
			assertThat(error(form.call(form.operation(engine, OperationType.READ), sides))).isSameAs(failure);
			await(() -> assertThat(engine.calls("outcome", "error", "exception", "IOException")).isEqualTo(1));
			await(() -> assertThat(engine.compared(stage, stage.authority().key() + "_error"))
				.isEqualTo(stage.readsBoth() ? 1 : 0));
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_READ)
	void exceptionOfTheAuthoritysMethodReachesTheCallerAsItIs(AsyncForm form, MigrationStage stage,
			ReadExecution execution) throws Throwable {
		try (TestEngine engine = engine(stage, execution)) {
			IOException failure = new IOException();
			AsyncSides sides = AsyncSides.named(form).whoseMethodThrows(stage.authority(), failure);
			Operation operation = form.operation(engine, OperationType.READ);
			Throwable thrown = catchThrowable(() -> get(form.call(operation, sides)));
			assertThat((thrown instanceof ExecutionException) ? thrown.getCause() : thrown).isSameAs(failure);
			await(() -> assertThat(engine.calls("outcome", "error", "exception", "IOException")).isEqualTo(1));
			await(() -> assertThat(engine.compared(stage, stage.authority().key() + "_error"))
				.isEqualTo(stage.readsBoth() ? 1 : 0));
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_READ)
	void secondaryThrowableNeverReachesTheCaller(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		MigrationOrigin secondary = stage.authority().other();
		try (TestEngine engine = engine(stage, execution)) {
			Operation operation = form.operation(engine, OperationType.READ);
			AsyncSides throwing = AsyncSides.named(form).whoseMethodThrows(secondary, new LinkageError());
			assertThat(get(form.call(operation, throwing))).isEqualTo(stage.authority().key());
			AsyncSides failing = new AsyncSides(form);
			failing.of(stage.authority()).complete("value");
			failing.of(secondary).completeExceptionally(new AssertionError());
			assertThat(get(form.call(operation, failing))).isEqualTo("value");
			await(() -> assertThat(engine.compared(stage, secondary.key() + "_error")).isEqualTo(2));
			await(() -> assertThat(engine.calls("outcome", "error", "origin", secondary.key())).isEqualTo(2));
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_READ)
	void failuresThatDifferInWrappingOnlyMatch(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution)) {
			AsyncSides sides = new AsyncSides(form);
			sides.oldSide.completeExceptionally(new CompletionException(new IOException()));
			sides.newSide.completeExceptionally(new IOException());
			assertThat(error(form.call(form.operation(engine, OperationType.READ), sides)))
				.isInstanceOf(IOException.class);
			await(() -> assertThat(engine.compared(stage, "match")).isEqualTo(1));
			assertThat(engine.calls("outcome", "error", "exception", "IOException")).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_READ)
	@Execution(ExecutionMode.CONCURRENT)
	void secondaryThatNeverEndsTimesOutAndIsCancelled(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		MigrationOrigin secondary = stage.authority().other();
		try (TestEngine engine = engine(stage, execution, Duration.ofMillis(300))) {
			AsyncSides sides = new AsyncSides(form);
			sides.of(stage.authority()).complete("value");
			assertThat(get(form.call(form.operation(engine, OperationType.READ), sides))).isEqualTo("value");
			await(() -> assertThat(sides.of(secondary)).isCancelled());
			await(() -> assertThat(engine.compared(stage, "timeout")).isEqualTo(1));
			assertThat(engine.calls("outcome", "timeout", "origin", secondary.key())).isEqualTo(1);
			assertThat(engine.calls()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_READ)
	@Execution(ExecutionMode.CONCURRENT)
	void secondaryMethodThatHangsIsInterrupted(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		MigrationOrigin secondary = stage.authority().other();
		CountDownLatch interrupted = new CountDownLatch(1);
		try (TestEngine engine = engine(stage, execution, Duration.ofMillis(300))) {
			AsyncSides sides = AsyncSides.named(form).whoseMethod(secondary, () -> {
				try {
					new CountDownLatch(1).await();
					return null;
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
					throw ex;
				}
			});
			assertThat(get(form.call(form.operation(engine, OperationType.READ), sides)))
				.isEqualTo(stage.authority().key());
			assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
			await(() -> assertThat(engine.compared(stage, "timeout")).isEqualTo(1));
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_AWAITED_READ)
	void callerOfAnAwaitedReadGetsTheValueAfterTheComparison(AsyncForm form, MigrationStage stage,
			ReadExecution execution) throws Throwable {
		try (TestEngine engine = engine(stage, execution)) {
			AsyncSides sides = new AsyncSides(form);
			CompletableFuture<String> result = form.call(form.operation(engine, OperationType.READ), sides);
			sides.of(stage.authority()).complete("value");
			await(() -> assertThat(sides.invoked).contains(stage.authority().other()));
			assertThat(result).isNotDone();
			sides.of(stage.authority().other()).complete("value");
			assertThat(get(result)).isEqualTo("value");
			assertThat(engine.compared(stage, "match")).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_READ)
	void callerOfADetachedReadNeverWaits(AsyncForm form, MigrationStage stage, ReadExecution ignored) throws Throwable {
		try (TestEngine engine = engine(stage, ReadExecution.DETACHED)) {
			AsyncSides sides = new AsyncSides(form);
			CompletableFuture<String> result = form.call(form.operation(engine, OperationType.READ), sides);
			assertThat(result).isNotDone();
			sides.of(stage.authority()).complete("value");
			assertThat(result).isCompletedWithValue("value");
			await(() -> assertThat(sides.invoked).hasSize(2));
			sides.of(stage.authority().other()).complete("value");
			await(() -> assertThat(engine.compared(stage, "match")).isEqualTo(1));
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_READ)
	void secondaryMethodIsCalledOnThePool(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution)) {
			AsyncSides sides = AsyncSides.named(form);
			get(form.call(form.operation(engine, OperationType.READ), sides));
			await(() -> assertThat(sides.threads)
				.anyMatch((thread) -> thread.startsWith(stage.authority().other().key() + " on migration-test")));
			assertThat(sides.threads)
				.noneMatch((thread) -> thread.startsWith(stage.authority().key() + " on migration-test"));
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_READ)
	void callerWhoCancelsCancelsTheAuthorityAndNothingIsCounted(AsyncForm form, MigrationStage stage,
			ReadExecution execution) throws Throwable {
		try (TestEngine engine = engine(stage, execution)) {
			AsyncSides sides = new AsyncSides(form);
			CompletableFuture<String> result = form.call(form.operation(engine, OperationType.READ), sides);
			await(() -> assertThat(sides.invoked).isNotEmpty());
			MigrationOrigin first = sides.invoked.get(0);
			result.cancel(true);
			await(() -> assertThat(sides.of(first)).isCancelled());
			if (execution == ReadExecution.CONCURRENT && sides.invoked.size() == 2) {
				await(() -> assertThat(sides.of(first.other())).isCancelled());
			}
			sides.oldSide.complete("late");
			sides.newSide.complete("late");
			assertThat(engine.calls()).isZero();
			assertThat(engine.compared()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("dev.migrationflags.engine.AsyncForm#everyDualReadOfAFuture")
	void timeoutOfTheCallersOwnEndsTheCall(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution)) {
			AsyncSides sides = new AsyncSides(form);
			CompletableFuture<String> result = form.call(form.operation(engine, OperationType.READ), sides);
			await(() -> assertThat(sides.invoked).isNotEmpty());
			result.completeExceptionally(new IOException());
			await(() -> assertThat(sides.of(sides.invoked.get(0))).isCancelled());
			assertThat(engine.calls()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_READ)
	void outstandingSecondariesOccupyNoThread(AsyncForm form, MigrationStage stage, ReadExecution execution)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution); FairPool pool = new FairPool(1, 256, Thread::new)) {
			Engine small = new Engine(engine.engineMeters, MigrationContext::anonymous, ComparatorLookup.NONE,
					engine.reporter, false, new Secondaries(pool, engine.watchdog, ContextCarrier.NONE),
					CallerTransactions.NONE);
			Operation operation = form.operation(engine, small, OperationType.READ);
			List<AsyncSides> all = IntStream.range(0, 200).mapToObj((i) -> new AsyncSides(form)).toList();
			List<CompletableFuture<String>> results = new ArrayList<>();
			for (AsyncSides sides : all) {
				sides.of(stage.authority()).complete("value");
				results.add(form.call(operation, sides));
			}
			await(() -> assertThat(all).allMatch((sides) -> sides.invoked.contains(stage.authority().other())));
			all.forEach((sides) -> sides.of(stage.authority().other()).complete("value"));
			for (CompletableFuture<String> result : results) {
				assertThat(get(result)).isEqualTo("value");
			}
			await(() -> assertThat(engine.compared(stage, "match")).isEqualTo(200));
		}
	}

}
