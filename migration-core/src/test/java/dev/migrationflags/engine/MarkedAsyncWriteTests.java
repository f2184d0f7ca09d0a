package dev.migrationflags.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import dev.migrationflags.IndeterminateWriteException;
import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.WriteConsistency;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.mark.KeyTexts;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The protocol of marks for writes whose results come later.
 */
@Timeout(60)
class MarkedAsyncWriteTests {

	private static final String EVERY = "dev.migrationflags.engine.AsyncForm#everyDualWrite";

	private final TestMarks marks = new TestMarks();

	private @Nullable TestEngine opened;

	@AfterEach
	void close() {
		if (this.opened != null) {
			this.opened.close();
		}
	}

	private TestEngine engine() {
		return Objects.requireNonNull(this.opened);
	}

	private Operation operation(AsyncForm form, MigrationStage stage) {
		return operation(form, stage, UnaryOperator.identity());
	}

	private Operation operation(AsyncForm form, MigrationStage stage, UnaryOperator<MigrationFlag.Builder> settings) {
		TestEngine engine = TestEngine.at(stage,
				(flag) -> settings.apply(flag.writeTiming(WriteTiming.AFTER_COMMIT)
					.writeTimeout(Duration.ofSeconds(30))
					.writeDeadline(Duration.ofMinutes(1))));
		this.opened = engine;
		return form.operation(engine.engine.marking(this.marks),
				OperationSpec.of(engine.flag, "save", OperationType.WRITE).with(KeyTexts.of(Long.class)));
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(2)).untilAsserted(assertion);
	}

	private static Throwable error(CompletableFuture<String> result) {
		Throwable error = catchThrowable(() -> result.get(20, TimeUnit.SECONDS));
		return (error instanceof ExecutionException) ? Objects.requireNonNull(error.getCause()) : error;
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyIsMarkedBeforeEitherSideAndNoMoreAfterBoth(AsyncForm form, MigrationStage stage) throws Throwable {
		AsyncSides sides = AsyncSides.named(form).withKey(5);
		for (MigrationOrigin side : MigrationOrigin.values()) {
			sides.whoseMethod(side, () -> this.marks.log.add(side.key() + (this.marks.isMarked(5) ? " marked" : "")));
		}
		assertThat(form.call(operation(form, stage), sides).get(20, TimeUnit.SECONDS))
			.isEqualTo(stage.authority().key());
		await(() -> assertThat(this.marks.log).containsExactly("begin 5", stage.authority().key() + " marked",
				stage.authority().other().key() + " marked", "finish later"));
		assertThat(this.marks.hasMarks()).isFalse();
		assertThat(this.marks.threads).doesNotContain(Thread.currentThread().getName());
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void secondWriteThatFailsLeavesTheMarkAndIsNotCounted(AsyncForm form, MigrationStage stage) throws Throwable {
		AsyncSides sides = new AsyncSides(form).withKey(5);
		sides.of(stage.authority()).complete("value");
		sides.of(stage.authority().other()).completeExceptionally(new IOException());
		assertThat(form.call(operation(form, stage), sides).get(20, TimeUnit.SECONDS)).isEqualTo("value");
		await(() -> assertThat(this.marks.left()).isEqualTo(1));
		assertThat(this.marks.log).containsExactly("begin 5", "finish");
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void authorityThatFailsLeavesTheMarkAndTheOtherSideUntouched(AsyncForm form, MigrationStage stage)
			throws Throwable {
		IOException failure = new IOException();
		AsyncSides sides = new AsyncSides(form).withKey(5);
		sides.of(stage.authority()).completeExceptionally(failure);
		Operation operation = operation(form, stage);
		assertThat(error(form.call(operation, sides))).isSameAs(failure);
		assertThat(sides.invoked).containsExactly(stage.authority());
		await(() -> assertThat(this.marks.left()).isEqualTo(1));
		AsyncSides throwing = AsyncSides.named(form).withKey(6).whoseMethodThrows(stage.authority(), failure);
		assertThat(error(form.call(operation, throwing))).isSameAs(failure);
		await(() -> assertThat(this.marks.left()).isEqualTo(2));
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void nothingIsWrittenWhileTheStoreIsOutOfReach(AsyncForm form, MigrationStage stage) throws Throwable {
		this.marks.down = true;
		AsyncSides sides = AsyncSides.named(form).withKey(5);
		assertThat(error(form.call(operation(form, stage), sides))).isInstanceOf(MarkUnavailableException.class);
		assertThat(sides.invoked).isEmpty();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void nothingIsWrittenIfMarkingTookTooLong(AsyncForm form, MigrationStage stage) throws Throwable {
		Duration nothing = Duration.ofNanos(1);
		AsyncSides sides = AsyncSides.named(form).withKey(5);
		Operation operation = operation(form, stage, (flag) -> flag.writeTimeout(nothing).writeDeadline(nothing));
		assertThat(error(form.call(operation, sides))).isInstanceOf(MarkUnavailableException.class);
		assertThat(sides.invoked).isEmpty();
		assertThat(this.marks.log).containsExactly("begin 5", "finish ok, not started");
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	@Execution(ExecutionMode.CONCURRENT)
	void lateWriteThatWasRepairedMeanwhileIsIndeterminateAndMarkedAgain(AsyncForm form, MigrationStage stage)
			throws Throwable {
		Duration deadline = Duration.ofMillis(300);
		AsyncSides sides = new AsyncSides(form).withKey(5);
		CompletableFuture<String> result = form
			.call(operation(form, stage, (flag) -> flag.writeTimeout(deadline).writeDeadline(deadline)), sides);
		await(() -> assertThat(sides.invoked).hasSize(1));
		CompletableFuture.runAsync(() -> {
			this.marks.repairAll();
			sides.of(stage.authority()).complete("late");
		}, CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS));
		assertThat(error(result)).isInstanceOf(IndeterminateWriteException.class);
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(sides.invoked).hasSize(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void strictCallerLearnsThatTheSecondSideWasNotReached(AsyncForm form, MigrationStage stage) throws Throwable {
		IOException failure = new IOException();
		AsyncSides sides = new AsyncSides(form).withKey(5);
		sides.of(stage.authority()).complete("value");
		sides.of(stage.authority().other()).completeExceptionally(failure);
		Operation operation = operation(form, stage, (flag) -> flag.writeConsistency(WriteConsistency.STRICT));
		assertThat(error(form.call(operation, sides))).isInstanceOf(IndeterminateWriteException.class)
			.hasRootCause(failure);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void writeOfACallerWhoHasGoneKeepsItsRegistrationToTheEnd(AsyncForm form, MigrationStage stage) throws Throwable {
		AsyncSides sides = new AsyncSides(form).withKey(5);
		CompletableFuture<String> result = form.call(operation(form, stage), sides);
		await(() -> assertThat(sides.invoked).hasSize(1));
		result.cancel(true);
		await(() -> assertThat(sides.of(stage.authority())).isCancelled());
		assertThat(this.marks.log).containsExactly("begin 5");
		assertThat(this.marks.isMarked(5)).isTrue();
		assertThat(this.marks.left()).isZero();
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void callerWhoHasGoneBeforeAnythingWasWrittenLeavesNothing(AsyncForm form, MigrationStage stage) throws Throwable {
		CountDownLatch marking = new CountDownLatch(1);
		CountDownLatch gone = new CountDownLatch(1);
		this.marks.beforeBegin = () -> {
			marking.countDown();
			try {
				assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		};
		AsyncSides sides = AsyncSides.named(form).withKey(5);
		CompletableFuture<String> result = form.call(operation(form, stage), sides);
		assertThat(marking.await(20, TimeUnit.SECONDS)).isTrue();
		result.cancel(true);
		gone.countDown();
		await(() -> assertThat(this.marks.log).containsExactly("begin 5", "finish ok, not started"));
		assertThat(error(result)).isInstanceOf(CancellationException.class);
		assertThat(sides.invoked).isEmpty();
		assertThat(this.marks.hasMarks()).isFalse();
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void stageIsDecidedAnewWhileAChangeIsAnnounced(AsyncForm form, MigrationStage stage) throws Throwable {
		this.marks.refusals = 2;
		AsyncSides sides = AsyncSides.named(form).withKey(5);
		assertThat(form.call(operation(form, stage), sides).get(20, TimeUnit.SECONDS))
			.isEqualTo(stage.authority().key());
		assertThat(sides.invoked).containsExactly(stage.authority(), stage.authority().other());
		await(() -> assertThat(this.marks.log).containsExactly("refused", "refused", "begin 5", "finish later"));
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void callerWhoDoesNotWaitIsBackBeforeTheSecondWriteIsDone(AsyncForm form, MigrationStage stage) throws Throwable {
		AsyncSides sides = new AsyncSides(form).withKey(5);
		sides.of(stage.authority()).complete("value");
		CompletableFuture<String> result = form.call(operation(form, stage, (flag) -> flag.writeAwait(false)), sides);
		assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo("value");
		assertThat(this.marks.isMarked(5)).isTrue();
		sides.of(stage.authority().other()).complete("other");
		await(() -> assertThat(this.marks.hasMarks()).isFalse());
	}

}
