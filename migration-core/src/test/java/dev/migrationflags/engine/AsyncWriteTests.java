package dev.migrationflags.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.WriteTiming;
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
 * Writes whose results come later.
 */
class AsyncWriteTests {

	private static final String EVERY_WRITE = "dev.migrationflags.engine.AsyncForm#everyWriteAtEveryStage";

	private static final String EVERY_DUAL_WRITE = "dev.migrationflags.engine.AsyncForm#everyDualWrite";

	private static TestEngine engine(MigrationStage stage) {
		return engine(stage, Duration.ofSeconds(30), Duration.ofSeconds(60));
	}

	private static TestEngine engine(MigrationStage stage, Duration timeout, Duration deadline) {
		return TestEngine.at(stage,
				(flag) -> flag.writeTiming(WriteTiming.AFTER_COMMIT).writeTimeout(timeout).writeDeadline(deadline));
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
	@MethodSource(EVERY_WRITE)
	void authorityIsFirstAndItsValueReachesCallerAndMirror(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage)) {
			AsyncSides sides = AsyncSides.named(form);
			assertThat(get(form.call(form.operation(engine, OperationType.WRITE), sides)))
				.isEqualTo(stage.authority().key());
			List<MigrationOrigin> expected = new ArrayList<>(List.of(stage.authority()));
			if (stage.writesBoth()) {
				expected.add(stage.authority().other());
				assertThat(sides.mirrored).containsExactly(form.result(stage.authority().key()));
			}
			assertThat(sides.invoked).isEqualTo(expected);
			assertThat(engine.calls("type", "write", "outcome", "success")).isEqualTo(expected.size());
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_WRITE)
	void failedAuthorityLeavesTheOtherSideUntouched(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage)) {
			IOException failure = new IOException();
			AsyncSides sides = new AsyncSides(form);
			sides.of(stage.authority()).completeExceptionally(failure);
			Operation operation = form.operation(engine, OperationType.WRITE);
			assertThat(error(form.call(operation, sides))).isSameAs(failure);
			AsyncSides throwing = AsyncSides.named(form).whoseMethodThrows(stage.authority(), failure);
			Throwable thrown = catchThrowable(() -> get(form.call(operation, throwing)));
			assertThat((thrown instanceof ExecutionException) ? thrown.getCause() : thrown).isSameAs(failure);
			assertThat(sides.invoked).containsExactly(stage.authority());
			assertThat(throwing.invoked).containsExactly(stage.authority());
			assertThat(engine.calls("outcome", "error", "exception", "IOException")).isEqualTo(2);
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_WRITE)
	void secondWriteBeginsWhenTheFirstHasCompleted(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage)) {
			AsyncSides sides = new AsyncSides(form);
			CompletableFuture<String> result = form.call(form.operation(engine, OperationType.WRITE), sides);
			assertThat(sides.invoked).containsExactly(stage.authority());
			sides.of(stage.authority()).complete("value");
			await(() -> assertThat(sides.invoked).hasSize(2));
			assertThat(sides.threads.get(1)).startsWith(stage.authority().other().key() + " on migration-test");
			assertThat(result).isNotDone();
			sides.of(stage.authority().other()).complete("other");
			assertThat(get(result)).isEqualTo("value");
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_WRITE)
	void failedSecondWriteIsCountedAndNeverReachesTheCaller(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage)) {
			MigrationOrigin secondary = stage.authority().other();
			Operation operation = form.operation(engine, OperationType.WRITE);
			AsyncSides failing = new AsyncSides(form);
			failing.of(stage.authority()).complete("value");
			failing.of(secondary).completeExceptionally(new AssertionError());
			assertThat(get(form.call(operation, failing))).isEqualTo("value");
			AsyncSides throwing = AsyncSides.named(form).whoseMethodThrows(secondary, new LinkageError());
			assertThat(get(form.call(operation, throwing))).isEqualTo(stage.authority().key());
			assertThat(engine.calls("outcome", "error", "origin", secondary.key())).isEqualTo(2);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_WRITE)
	@Execution(ExecutionMode.CONCURRENT)
	void callerWaitsForTheSecondWriteUpToTheLimitAndItGoesOn(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage, Duration.ofMillis(300), Duration.ofSeconds(60))) {
			AsyncSides sides = new AsyncSides(form);
			sides.of(stage.authority()).complete("value");
			assertThat(get(form.call(form.operation(engine, OperationType.WRITE), sides))).isEqualTo("value");
			assertThat(engine.calls("outcome", "timeout", "origin", stage.authority().other().key())).isEqualTo(1);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
			assertThat(sides.of(stage.authority().other())).isNotDone();
			sides.of(stage.authority().other()).complete("late");
			assertThat(engine.calls()).isEqualTo(2);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_WRITE)
	void callerWhoCancelsAfterTheAuthorityDoesNotCancelTheSecondWrite(AsyncForm form, MigrationStage stage)
			throws Throwable {
		try (TestEngine engine = engine(stage)) {
			AsyncSides sides = new AsyncSides(form);
			sides.of(stage.authority()).complete("value");
			CompletableFuture<String> result = form.call(form.operation(engine, OperationType.WRITE), sides);
			await(() -> assertThat(sides.invoked).hasSize(2));
			assertThat(result.cancel(true)).isTrue();
			assertThat(sides.of(stage.authority().other())).isNotDone();
			sides.of(stage.authority().other()).complete("other");
			await(() -> assertThat(engine.calls("outcome", "success")).isEqualTo(2));
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_WRITE)
	void authorityThatTheCallerCancelsCountsAsUnknown(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage)) {
			AsyncSides sides = new AsyncSides(form);
			CompletableFuture<String> result = form.call(form.operation(engine, OperationType.WRITE), sides);
			result.cancel(true);
			assertThat(sides.of(stage.authority())).isCancelled();
			assertThat(sides.invoked).containsExactly(stage.authority());
			assertThat(engine.calls()).isZero();
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(stage.writesBoth() ? 1 : 0);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_WRITE)
	void secondWriteAfterTheDeadlineIsLeftOutAndCounted(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage, Duration.ofNanos(1), Duration.ofNanos(1))) {
			AsyncSides sides = AsyncSides.named(form);
			assertThat(get(form.call(form.operation(engine, OperationType.WRITE), sides)))
				.isEqualTo(stage.authority().key());
			assertThat(sides.invoked).containsExactly(stage.authority());
			assertThat(engine.skipped("deadline")).isEqualTo(1);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_WRITE)
	void fullPoolCostsTheSecondWriteOnly(AsyncForm form, MigrationStage stage) throws Throwable {
		CountDownLatch occupied = new CountDownLatch(1);
		CountDownLatch free = new CountDownLatch(1);
		try (TestEngine engine = engine(stage); FairPool pool = new FairPool(1, 0, Thread::new)) {
			Operation operation = form.operation(engine, small(engine, pool), OperationType.WRITE);
			AsyncSides blocking = AsyncSides.named(form).whoseMethod(stage.authority().other(), () -> {
				occupied.countDown();
				free.await();
				return null;
			});
			CompletableFuture<String> first = form.call(operation, blocking);
			assertThat(occupied.await(20, TimeUnit.SECONDS)).isTrue();
			AsyncSides sides = AsyncSides.named(form);
			assertThat(get(form.call(operation, sides))).isEqualTo(stage.authority().key());
			assertThat(sides.invoked).containsExactly(stage.authority());
			assertThat(engine.skipped("saturated")).isEqualTo(1);
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
			free.countDown();
			assertThat(get(first)).isEqualTo(stage.authority().key());
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_WRITE)
	void outstandingSecondWritesOccupyNoThread(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage); FairPool pool = new FairPool(1, 256, Thread::new)) {
			Operation operation = form.operation(engine, small(engine, pool), OperationType.WRITE);
			List<AsyncSides> all = IntStream.range(0, 200).mapToObj((i) -> new AsyncSides(form)).toList();
			List<CompletableFuture<String>> results = new ArrayList<>();
			for (AsyncSides sides : all) {
				results.add(form.call(operation, sides));
			}
			all.forEach((sides) -> sides.of(stage.authority()).complete("value"));
			await(() -> assertThat(all).allMatch((sides) -> sides.invoked.size() == 2));
			assertThat(results).noneMatch(CompletableFuture::isDone);
			all.forEach((sides) -> sides.of(stage.authority().other()).complete("value"));
			for (CompletableFuture<String> result : results) {
				assertThat(get(result)).isEqualTo("value");
			}
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_DUAL_WRITE)
	void callersAreReleasedWhenTheApplicationCloses(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage)) {
			AsyncSides sides = new AsyncSides(form);
			sides.of(stage.authority()).complete("value");
			CompletableFuture<String> result = form.call(form.operation(engine, OperationType.WRITE), sides);
			await(() -> assertThat(sides.invoked).hasSize(2));
			engine.pool.close();
			engine.watchdog.close();
			assertThat(get(result)).isEqualTo("value");
			assertThat(engine.flag.secondaryWriteFailures()).isEqualTo(1);
		}
	}

	private static Engine small(TestEngine engine, FairPool pool) {
		return new Engine(engine.engineMeters, MigrationContext::anonymous, ComparatorLookup.NONE, engine.reporter,
				false, new Secondaries(pool, engine.watchdog, ContextCarrier.NONE), CallerTransactions.NONE);
	}

}
