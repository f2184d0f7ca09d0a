package dev.migrationflags.engine;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.migrationflags.IndeterminateWriteException;
import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import java.util.concurrent.atomic.AtomicInteger;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.WriteConsistency;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.CallerTransactions.Deferred;
import dev.migrationflags.engine.mark.CopyWatch;
import dev.migrationflags.engine.mark.KeyTexts;
import dev.migrationflags.engine.mark.WriteIntent;
import dev.migrationflags.flags.Flag;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The protocol of marks, on the caller's thread: what is left in the store after each
 * step, and what the caller gets.
 */
@Timeout(60)
class MarkedWriteTests {

	private static final String EVERY = "everyTimingAtEveryDualStage";

	/** No test waits for it. */
	private static final Duration LONG = Duration.ofMinutes(1);

	private final TestMarks marks = new TestMarks();

	private final CountDownLatch released = new CountDownLatch(1);

	private @Nullable TestEngine opened;

	static Stream<Arguments> everyTimingAtEveryDualStage() {
		return Stream.of(MigrationStage.values())
			.filter(MigrationStage::writesBoth)
			.flatMap((stage) -> Stream.of(WriteTiming.values()).map((timing) -> arguments(stage, timing)));
	}

	@AfterEach
	void close() {
		this.released.countDown();
		if (this.opened != null) {
			this.opened.close();
		}
	}

	private TestEngine engine() {
		return Objects.requireNonNull(this.opened);
	}

	private Operation operation(MigrationStage stage, WriteTiming timing) {
		return operation(stage, timing, CallerTransactions.NONE, UnaryOperator.identity());
	}

	private Operation operation(MigrationStage stage, WriteTiming timing, CallerTransactions transactions,
			UnaryOperator<MigrationFlag.Builder> settings) {
		return operation(stage, timing, transactions, settings, OperationType.WRITE);
	}

	private Operation operation(MigrationStage stage, WriteTiming timing, CallerTransactions transactions,
			UnaryOperator<MigrationFlag.Builder> settings, OperationType type) {
		TestEngine engine = TestEngine.at(stage, (flag) -> settings
			.apply(flag.writeTiming(timing).writeTimeout(Duration.ofSeconds(30)).writeDeadline(LONG)));
		this.opened = engine;
		return engine.with(transactions)
			.marking(this.marks)
			.operation(OperationSpec.of(engine.flag, "save", type).with(KeyTexts.of(Long.class)));
	}

	private TestCall call() {
		return call(() -> "old", () -> "new");
	}

	private TestCall call(SideCall oldSide, SideCall newSide) {
		return TestCall.of(logged("old", oldSide), logged("new", newSide)).withKey(5);
	}

	/**
	 * The secondary, or the authority, does something else.
	 */
	private TestCall call(MigrationOrigin side, SideCall instead) {
		return (side == MigrationOrigin.OLD) ? call(instead, () -> "new") : call(() -> "old", instead);
	}

	private SideCall logged(String side, SideCall call) {
		return () -> {
			this.marks.log.add(side);
			return call.run();
		};
	}

	private static String[] order(MigrationStage stage, String before, String after) {
		return new String[] { before, stage.authority().key(), stage.authority().other().key(), after };
	}

	private static void passDeadline(Duration deadline) {
		long end = System.nanoTime() + deadline.toNanos();
		while (System.nanoTime() - end < 0) {
			LockSupport.parkNanos(end - System.nanoTime());
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyIsMarkedBeforeEitherSideAndNoMoreAfterBoth(MigrationStage stage, WriteTiming timing) throws Throwable {
		Operation operation = operation(stage, timing);
		List<Boolean> marked = new ArrayList<>();
		TestCall call = call(() -> marked.add(this.marks.isMarked(5)) ? "old" : "",
				() -> marked.add(this.marks.isMarked(5)) ? "new" : "");
		assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
		assertThat(this.marks.log).containsExactly(order(stage, "begin 5", "finish later"));
		assertThat(marked).containsExactly(true, true);
		assertThat(this.marks.hasMarks()).isFalse();
	}

	@ParameterizedTest
	@EnumSource(names = { "OFF", "COMPLETE" })
	void oneSideNeedsNoMark(MigrationStage stage) throws Throwable {
		assertThat(operation(stage, WriteTiming.AFTER_COMMIT).execute(call())).isEqualTo(stage.authority().key());
		assertThat(this.marks.log).containsExactly(stage.authority().key());
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void secondWriteThatFailsLeavesTheMarkAndIsNotCounted(MigrationStage stage, WriteTiming timing) throws Throwable {
		Operation operation = operation(stage, timing);
		assertThat(operation.execute(call(stage.authority().other(), () -> {
			throw new IOException();
		}))).isEqualTo(stage.authority().key());
		assertThat(this.marks.log).containsExactly(order(stage, "begin 5", "finish"));
		assertThat(this.marks.isMarked(5)).isTrue();
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void authorityThatThrowsLeavesTheMarkAndTheOtherSideUntouched(MigrationStage stage, WriteTiming timing) {
		IOException failure = new IOException();
		TestCall call = call(stage.authority(), () -> {
			throw failure;
		});
		assertThatThrownBy(() -> operation(stage, timing).execute(call)).isSameAs(failure);
		assertThat(this.marks.log).containsExactly("begin 5", stage.authority().key(), "finish");
		assertThat(this.marks.left()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void nothingIsWrittenWhileTheStoreIsOutOfReach(MigrationStage stage, WriteTiming timing) {
		this.marks.down = true;
		TestCall call = call();
		assertThatExceptionOfType(MarkUnavailableException.class)
			.isThrownBy(() -> operation(stage, timing).execute(call))
			.withMessageContaining("nothing was written");
		assertThatExceptionOfType(MarkUnavailableException.class)
			.isThrownBy(() -> operation(stage, timing).execute(call.withKey(null).withKeyOfResult((result) -> 5)));
		assertThat(call.invoked).isEmpty();
		assertThat(engine().flag.position().inFlight().isOwn()).isFalse();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void nothingIsWrittenIfMarkingTookTooLong(MigrationStage stage, WriteTiming timing) {
		Duration nothing = Duration.ofNanos(1);
		Operation operation = operation(stage, timing, CallerTransactions.NONE,
				(flag) -> flag.writeTimeout(nothing).writeDeadline(nothing));
		TestCall call = call();
		assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> operation.execute(call))
			.withMessageContaining("nothing was written");
		assertThat(call.invoked).isEmpty();
		assertThat(this.marks.log).containsExactly("begin 5", "finish ok, not started");
		assertThat(this.marks.hasMarks()).isFalse();
		assertThat(engine().flag.position().inFlight().isOwn()).isFalse();
	}

	/**
	 * An authoritative side that returns too late, and what happens meanwhile.
	 */
	private TestCall late(MigrationStage stage, Duration deadline, Runnable meanwhile) {
		return call(stage.authority(), () -> {
			passDeadline(deadline);
			meanwhile.run();
			return stage.authority().key();
		});
	}

	private Operation withDeadline(MigrationStage stage, WriteTiming timing, Duration deadline) {
		return operation(stage, timing, CallerTransactions.NONE,
				(flag) -> flag.writeTimeout(deadline).writeDeadline(deadline));
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	@Execution(ExecutionMode.CONCURRENT)
	void lateWriteThatIsStillRegisteredHasItsResultAndItsMark(MigrationStage stage, WriteTiming timing)
			throws Throwable {
		Duration deadline = Duration.ofSeconds(1);
		assertThat(withDeadline(stage, timing, deadline).execute(late(stage, deadline, () -> {
		}))).isEqualTo(stage.authority().key());
		assertThat(this.marks.log).containsExactly("begin 5", stage.authority().key(), "finish");
		assertThat(this.marks.isMarked(5)).isTrue();
		assertThat(engine().skipped("deadline")).isEqualTo(1);
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	@Execution(ExecutionMode.CONCURRENT)
	void lateWriteThatWasRepairedMeanwhileIsIndeterminateAndMarkedAgain(MigrationStage stage, WriteTiming timing) {
		Duration deadline = Duration.ofMillis(300);
		Operation operation = withDeadline(stage, timing, deadline);
		assertThatExceptionOfType(IndeterminateWriteException.class)
			.isThrownBy(() -> operation.execute(late(stage, deadline, this.marks::repairAll)))
			.withMessageContaining("outlived its deadline");
		assertThat(this.marks.left()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	@Execution(ExecutionMode.CONCURRENT)
	void lateWriteIsIndeterminateWhileTheStoreIsOutOfReach(MigrationStage stage, WriteTiming timing) {
		Duration deadline = Duration.ofMillis(300);
		Operation operation = withDeadline(stage, timing, deadline);
		assertThatExceptionOfType(IndeterminateWriteException.class)
			.isThrownBy(() -> operation.execute(late(stage, deadline, () -> this.marks.down = true)))
			.withCauseInstanceOf(MarkUnavailableException.class);
		assertThat(this.marks.isMarked(5)).isTrue();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void writeInTimeHasItsResultThoughTheStoreIsOutOfReach(MigrationStage stage, WriteTiming timing) throws Throwable {
		Operation operation = operation(stage, timing);
		assertThat(operation.execute(call(stage.authority().other(), () -> {
			this.marks.down = true;
			throw new IOException();
		}))).isEqualTo(stage.authority().key());
		assertThat(this.marks.isMarked(5)).isTrue();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void failedWriteThatWasRepairedMeanwhileIsIndeterminateAndMarkedAgain(MigrationStage stage, WriteTiming timing) {
		Operation operation = operation(stage, timing);
		assertThatExceptionOfType(IndeterminateWriteException.class)
			.isThrownBy(() -> operation.execute(call(stage.authority().other(), () -> {
				this.marks.repairAll();
				throw new IOException();
			})));
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(engine().skipped("deadline")).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void writeInTimeHasItsResultThoughItWasRepairedMeanwhile(MigrationStage stage, WriteTiming timing)
			throws Throwable {
		Operation operation = operation(stage, timing);
		assertThat(operation.execute(call(stage.authority().other(), () -> {
			this.marks.repairAll();
			return "other";
		}))).isEqualTo(stage.authority().key());
		assertThat(this.marks.left()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void severalKeysAreMarkedAtOnceInOrder(MigrationStage stage, WriteTiming timing) throws Throwable {
		operation(stage, timing).execute(call().withKey(List.of(9, 10L, 100, (short) 10)));
		assertThat(this.marks.log).containsExactly(order(stage, "begin 10,100,9", "finish later"));
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyOfTheResultIsMarkedAsSoonAsItIsKnown(MigrationStage stage, WriteTiming timing) throws Throwable {
		TestCall call = call().withKey(null).withKeyOfResult((result) -> (result != null) ? 7 : null);
		operation(stage, timing).execute(call);
		assertThat(this.marks.log).containsExactly("begin without key", stage.authority().key(), "begin at last 7",
				stage.authority().other().key(), "finish later");
		// somebody may have written the key before it was marked: repaired in any case
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(this.marks.isMarked(7)).isTrue();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void oneUnknownKeyOfSeveralIsWaitedFor(MigrationStage stage, WriteTiming timing) throws Throwable {
		TestCall call = call().withKey(Arrays.asList(1, null)).withKeyOfResult((result) -> List.of(1, 2));
		operation(stage, timing).execute(call);
		assertThat(this.marks.log).contains("begin without key", "begin at last 1,2");
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyThatIsNeverKnownIsCounted(MigrationStage stage, WriteTiming timing) throws Throwable {
		Operation operation = operation(stage, timing);
		operation.execute(call().withKey(null).withKeyOfResult((result) -> null));
		assertThat(this.marks.log).containsExactly("begin without key", stage.authority().key(),
				stage.authority().other().key(), "finish ok");
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
		operation.execute(call(stage.authority().other(), () -> {
			throw new IOException();
		}).withKey(null).withKeyOfResult((result) -> null));
		assertThat(engine().flag.secondaryWriteFailures()).isEqualTo(1);
		assertThat(this.marks.hasMarks()).isFalse();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyThatCannotBeMarkedAnyMoreRefusesTheFlip(MigrationStage stage, WriteTiming timing) throws Throwable {
		Operation operation = operation(stage, timing);
		TestCall call = call(stage.authority(), () -> {
			this.marks.down = true;
			return stage.authority().key();
		}).withKey(null).withKeyOfResult((result) -> 7);
		assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
		assertThat(call.invoked).hasSize(2);
		assertThat(this.marks.hasMarks()).isTrue();
		assertThat(this.marks.isMarked(7)).isFalse();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void authorityThatThrowsWithoutAKeyLeavesWhatStandsForIt(MigrationStage stage, WriteTiming timing) {
		TestCall call = call(stage.authority(), () -> {
			throw new IOException();
		}).withKey(null).withKeyOfResult((result) -> 7);
		assertThatThrownBy(() -> operation(stage, timing).execute(call)).isInstanceOf(IOException.class);
		assertThat(this.marks.hasMarks()).isTrue();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyOfTheResultIsAskedForOnce(MigrationStage stage, WriteTiming timing) throws Throwable {
		AtomicInteger asked = new AtomicInteger();
		TestCall call = call().withKey(null).withKeyOfResult((result) -> {
			asked.incrementAndGet();
			return null;
		});
		operation(stage, timing).execute(call);
		assertThat(asked).hasValue(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyThatCannotBeWrittenIsCountedInstead(MigrationStage stage, WriteTiming timing) throws Throwable {
		Operation operation = operation(stage, timing);
		operation.execute(call(stage.authority().other(), () -> {
			throw new IOException();
		}).withKey("no number"));
		operation.execute(call().withKey(List.of()));
		assertThat(this.marks.log).doesNotContain("begin 5", "finish");
		assertThat(engine().flag.secondaryWriteFailures()).isEqualTo(1);
		assertThat(engine().meters.get("migration.flag.errors").tag("source", "key").counter().count()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void stageIsDecidedAnewWhileAChangeIsAnnounced(MigrationStage stage, WriteTiming timing) throws Throwable {
		this.marks.refusals = 2;
		TestCall call = call();
		operation(stage, timing).execute(call);
		assertThat(this.marks.log).containsExactly("refused", "refused", "begin 5", stage.authority().key(),
				stage.authority().other().key(), "finish later");
		assertThat(engine().flag.position().inFlight().isOwn()).isFalse();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	@Execution(ExecutionMode.CONCURRENT)
	void changeThatDoesNotComeEndsTheWriteBeforeItBegins(MigrationStage stage, WriteTiming timing) {
		this.marks.refusals = Integer.MAX_VALUE;
		TestCall call = call();
		assertThatExceptionOfType(MarkUnavailableException.class)
			.isThrownBy(() -> withDeadline(stage, timing, Duration.ofMillis(50)).execute(call));
		assertThat(call.invoked).isEmpty();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void strictCallerLearnsThatTheSecondSideWasNotReached(MigrationStage stage, WriteTiming timing) throws Throwable {
		Operation operation = operation(stage, timing, CallerTransactions.NONE,
				(flag) -> flag.writeConsistency(WriteConsistency.STRICT));
		IOException failure = new IOException();
		assertThatExceptionOfType(IndeterminateWriteException.class)
			.isThrownBy(() -> operation.execute(call(stage.authority().other(), () -> {
				throw failure;
			})))
			.withCause(failure);
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(operation.execute(call().withKey(6))).isEqualTo(stage.authority().key());
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void strictCallerWithoutMarksLearnsItToo(MigrationStage stage, WriteTiming timing) {
		operation(stage, timing, CallerTransactions.NONE, (flag) -> flag.writeConsistency(WriteConsistency.STRICT));
		Operation operation = engine().operation("save", OperationType.WRITE);
		assertThatExceptionOfType(IndeterminateWriteException.class)
			.isThrownBy(() -> operation.execute(call(stage.authority().other(), () -> {
				throw new IOException();
			})));
		assertThat(this.marks.log).doesNotContain("begin 5");
		assertThat(engine().flag.secondaryWriteFailures()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void markStandsUntilTheTransactionHasCommitted(MigrationStage stage, WriteTiming timing) throws Throwable {
		Transaction transaction = new Transaction();
		operation(stage, timing, transaction, UnaryOperator.identity()).execute(call());
		assertThat(this.marks.log).doesNotContain("finish later").first().isEqualTo("begin 5");
		assertThat(transaction.commit()).isNull();
		assertThat(this.marks.log).containsExactly(order(stage, "begin 5", "finish later"));
		assertThat(this.marks.hasMarks()).isFalse();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void markOutlivesARollback(MigrationStage stage, WriteTiming timing) throws Throwable {
		Transaction transaction = new Transaction();
		Operation operation = operation(stage, timing, transaction, UnaryOperator.identity());
		operation.execute(call());
		transaction.waiting.get(0).rolledBack();
		assertThat(this.marks.log).last().isEqualTo("finish");
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void markOutlivesACommitOfWhichNobodyKnows(MigrationStage stage, WriteTiming timing) throws Throwable {
		Transaction transaction = new Transaction();
		Operation operation = operation(stage, timing, transaction, UnaryOperator.identity());
		operation.execute(call());
		transaction.waiting.get(0).unknown();
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyThatATransactionHidesNeedsNothingToStandForIt(MigrationStage stage, WriteTiming timing) throws Throwable {
		Transaction transaction = new Transaction();
		TestCall call = call().withKey(null).withKeyOfResult((result) -> 7);
		operation(stage, timing, transaction, UnaryOperator.identity()).execute(call);
		assertThat(this.marks.log).startsWith(stage.authority().key(), "begin at last 7");
		assertThat(this.marks.isMarked(7)).isTrue();
		transaction.commit();
		assertThat(this.marks.hasMarks()).isFalse();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void keyThatCannotBeMarkedBeforeTheCommitFailsTheWriteAndIsCountedIfItStandsAllTheSame(MigrationStage stage,
			WriteTiming timing) {
		Transaction transaction = new Transaction();
		this.marks.down = true;
		TestCall call = call().withKey(null).withKeyOfResult((result) -> 7);
		Operation operation = operation(stage, timing, transaction, UnaryOperator.identity());
		assertThatExceptionOfType(MarkUnavailableException.class).isThrownBy(() -> operation.execute(call));
		assertThat(call.invoked).containsExactly(stage.authority());
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
		transaction.commit();
		assertThat(engine().flag.secondaryWriteFailures()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void authorityThatThrewMayBeRepairedOnlyOnceItsTransactionIsOver(MigrationStage stage, WriteTiming timing) {
		Transaction transaction = new Transaction();
		Operation operation = operation(stage, timing, transaction, UnaryOperator.identity());
		assertThatThrownBy(() -> operation.execute(call(stage.authority(), () -> {
			throw new IOException();
		}))).isInstanceOf(IOException.class);
		assertThat(this.marks.left()).isZero();
		assertThat(this.marks.isMarked(5)).isTrue();
		transaction.commit();
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	void callerOfTheCommitLearnsWhatTheStrictOneLearns(MigrationStage stage, WriteTiming timing) throws Throwable {
		Transaction transaction = new Transaction();
		Operation operation = operation(stage, timing, transaction,
				(flag) -> flag.writeConsistency(WriteConsistency.STRICT));
		operation.execute(call(stage.authority().other(), () -> {
			throw new IOException();
		}));
		assertThat(transaction.commit()).isInstanceOf(IndeterminateWriteException.class);
	}

	@ParameterizedTest
	@MethodSource(EVERY)
	@Execution(ExecutionMode.CONCURRENT)
	void commitThatComesTooLateIsLookedAtThen(MigrationStage stage, WriteTiming timing) throws Throwable {
		Transaction transaction = new Transaction();
		Duration deadline = Duration.ofMillis(300);
		Operation operation = operation(stage, timing, transaction,
				(flag) -> flag.writeTimeout(deadline).writeDeadline(deadline));
		operation.execute(call());
		passDeadline(deadline);
		this.marks.repairAll();
		assertThat(transaction.commit()).isInstanceOf(IndeterminateWriteException.class);
		assertThat(this.marks.left()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	@Execution(ExecutionMode.CONCURRENT)
	void writeThatWasGivenUpButGoesOnKeepsItsRegistration(MigrationStage stage) throws Throwable {
		Operation operation = operation(stage, WriteTiming.AFTER_COMMIT, CallerTransactions.NONE,
				(flag) -> flag.writeTimeout(Duration.ofMillis(50)));
		CountDownLatch running = new CountDownLatch(1);
		TestCall call = call(stage.authority().other(), () -> {
			running.countDown();
			return this.released.await(30, TimeUnit.SECONDS);
		});
		assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
		assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.marks.log).doesNotContain("finish", "finish later");
		this.released.countDown();
		Awaitility.await().until(() -> !this.marks.hasMarks());
		assertThat(this.marks.log).endsWith("finish later");
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void callerWhoDoesNotWaitIsBackBeforeTheSecondWriteIsDone(MigrationStage stage) throws Throwable {
		Operation operation = operation(stage, WriteTiming.AFTER_COMMIT, CallerTransactions.NONE,
				(flag) -> flag.writeAwait(false));
		TestCall call = call(stage.authority().other(), () -> this.released.await(30, TimeUnit.SECONDS));
		assertThat(operation.execute(call)).isEqualTo(stage.authority().key());
		assertThat(this.marks.isMarked(5)).isTrue();
		this.released.countDown();
		Awaitility.await().until(() -> !this.marks.hasMarks());
		assertThat(this.marks.log).endsWith("finish later");
		assertThat(engine().flag.position().inFlight().isOwn()).isFalse();
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void sideThatHangsIsNoticedThoughNobodyWaits(MigrationStage stage) throws Throwable {
		Operation operation = operation(stage, WriteTiming.AFTER_COMMIT, CallerTransactions.NONE,
				(flag) -> flag.writeAwait(false).writeTimeout(Duration.ofMillis(50)));
		operation.execute(call(stage.authority().other(), () -> this.released.await(30, TimeUnit.SECONDS)));
		Awaitility.await().until(() -> engine().calls("outcome", "timeout", "type", "write") == 1);
		assertThat(this.marks.isMarked(5)).isTrue();
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void writeForWhichThereIsNoRoomLeavesItsMark(MigrationStage stage) throws Throwable {
		Operation operation = operation(stage, WriteTiming.AFTER_COMMIT);
		engine().pool.close();
		assertThat(operation.execute(call())).isEqualTo(stage.authority().key());
		assertThat(this.marks.left()).isEqualTo(1);
		assertThat(engine().skipped("saturated")).isEqualTo(1);
		assertThat(engine().flag.secondaryWriteFailures()).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHADOW", "LIVE" })
	void differenceOfAKeyWhoseMarkIsTakenAwayByItsRepairBeforeItIsLookedForIsInconclusive(MigrationStage stage)
			throws Throwable {
		TestEngine engine = TestEngine.at(stage);
		this.opened = engine;
		Engine marking = engine.engine.marking(this.marks);
		// a key whose text is another one than its toString
		Operation operation = marking
			.operation(OperationSpec.of(engine.flag, "find", OperationType.READ).with(KeyTexts.of(BigDecimal.class)));
		CopyWatch copies = marking.copies(engine.flag);
		this.marks.beforeLook = () -> {
			copies.begun("5");
			copies.ended("5");
		};
		operation.execute(TestCall.of(() -> "a", () -> "b").withKey(new BigDecimal("5.00")));
		Awaitility.await().until(() -> engine.skipped("pending_repair") == 1);
		this.marks.beforeLook = () -> {
		};
		operation.execute(TestCall.of(() -> "a", () -> "b").withKey(new BigDecimal("6.00")));
		Awaitility.await().until(() -> engine.compared(stage, "mismatch") == 1);
	}

	@ParameterizedTest
	@EnumSource(names = { "SHADOW", "LIVE" })
	void differenceOfAMarkedKeyIsInconclusive(MigrationStage stage) throws Throwable {
		Operation operation = operation(stage, WriteTiming.IMMEDIATE, CallerTransactions.NONE, UnaryOperator.identity(),
				OperationType.READ);
		operation.execute(TestCall.of(() -> "a", () -> "b").withKey(5));
		Awaitility.await().until(() -> engine().compared(stage, "mismatch") == 1);
		this.marks.finish(this.marks.begin(new WriteIntent(TestEngine.FLAG, 0, List.of("5"), LONG)), false, true);
		operation.execute(TestCall.of(() -> "a", () -> "b").withKey(List.of(4, 5L)));
		Awaitility.await().until(() -> engine().skipped("pending_repair") == 1);
		operation.execute(TestCall.of(() -> "a", () -> "a").withKey(5));
		assertThat(engine().compared(stage, "match")).isEqualTo(1);
		this.marks.repairAll();
		this.marks.down = true;
		operation.execute(TestCall.of(() -> "a", () -> "b").withKey(5));
		Awaitility.await().until(() -> engine().skipped("pending_repair") == 2);
		assertThat(engine().compared(stage, "mismatch")).isEqualTo(1);
		assertThat(this.marks.threads.subList(1, this.marks.threads.size()))
			.filteredOn((thread) -> thread.startsWith("migration-test"))
			.hasSize(2);
	}

	/**
	 * A transaction that ends when the test says so.
	 */
	private static final class Transaction implements CallerTransactions {

		final List<Deferred> waiting = new ArrayList<>();

		@Nullable RuntimeException commit() {
			this.waiting.forEach(Deferred::committed);
			return this.waiting.stream().map(Deferred::answer).filter(Objects::nonNull).findFirst().orElse(null);
		}

		@Override
		public boolean defer(@Nullable String manager, Deferred write) {
			return this.waiting.add(write);
		}

		@Override
		public boolean isActive(@Nullable String manager) {
			return true;
		}

		@Override
		public void written(Flag flag, @Nullable MigrationContext context, MigrationStage stage,
				@Nullable String manager) {
		}

		@Override
		public @Nullable MigrationStage writtenAt(Flag flag, @Nullable MigrationContext context) {
			return null;
		}

		@Override
		public boolean hasWritten(Flag flag) {
			return false;
		}

	}

}
