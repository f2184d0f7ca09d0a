package dev.migrationflags.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.CallerTransactions.Deferred;
import dev.migrationflags.engine.mark.CopyWatch;
import dev.migrationflags.flags.Flag;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.migrationflags.engine.Latches.eventually;
import static dev.migrationflags.engine.Latches.hang;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A dual read whose sides differ because a write of the same key came between them: no
 * mismatch, and nobody hears of it.
 */
@Timeout(60)
class ReadMeetsWriteTests {

	private static final String EVERY_WRITE = "everyDualReadAndWriteTiming";

	private final CountDownLatch released = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.released.countDown();
	}

	static Stream<Arguments> everyDualRead() {
		return Stream.of(MigrationStage.SHADOW, MigrationStage.LIVE)
			.flatMap((stage) -> Stream.of(ReadExecution.values()).map((execution) -> arguments(stage, execution)));
	}

	static Stream<Arguments> everyDualReadAndWriteTiming() {
		return everyDualRead().flatMap((arguments) -> Stream.of(WriteTiming.values())
			.map((timing) -> arguments(arguments.get()[0], arguments.get()[1], timing)));
	}

	private static TestEngine engine(MigrationStage stage, ReadExecution execution, WriteTiming timing) {
		return TestEngine.at(stage,
				(flag) -> flag.readExecution(execution)
					.readTimeout(Pooled.LONG)
					.writeTiming(timing)
					.writeTimeout(Pooled.LONG)
					.writeDeadline(Pooled.LONG));
	}

	/**
	 * A read during whose secondary side something happens.
	 */
	private static TestCall read(MigrationStage stage, Call.SideCall meanwhile) {
		return TestCall.with(stage.authority().other(), () -> {
			meanwhile.run();
			return "later";
		});
	}

	private static void inconclusive(TestEngine engine) {
		eventually(() -> assertThat(engine.skipped("pending_repair")).isEqualTo(1));
		assertThat(engine.compared()).isZero();
		assertThat(engine.reporter.recent(TestEngine.FLAG)).isEmpty();
	}

	private static void mismatch(TestEngine engine, MigrationStage stage) {
		eventually(() -> assertThat(engine.compared(stage, "mismatch")).isEqualTo(1));
		assertThat(engine.skipped("pending_repair")).isZero();
		eventually(() -> assertThat(engine.reporter.recent(TestEngine.FLAG)).hasSize(1));
	}

	@ParameterizedTest
	@MethodSource(EVERY_WRITE)
	void writeThatBeganAndEndedDuringAReadMakesItsMismatchInconclusive(MigrationStage stage, ReadExecution execution,
			WriteTiming timing) throws Throwable {
		try (TestEngine engine = engine(stage, execution, timing)) {
			Operation write = engine.operation("save", OperationType.WRITE);
			Operation read = engine.operation("find", OperationType.READ);
			Object value = read
				.execute(read(stage, () -> write.execute(TestCall.of(() -> 1, () -> 1).withKey(7))).withKey(7L));
			assertThat(value).isEqualTo(stage.authority().key());
			inconclusive(engine);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_WRITE)
	void keyThatIsKnownOnlyAfterTheWriteCountsFromThenOn(MigrationStage stage, ReadExecution execution,
			WriteTiming timing) throws Throwable {
		try (TestEngine engine = engine(stage, execution, timing)) {
			Operation write = engine.operation("save", OperationType.WRITE);
			Operation read = engine.operation("find", OperationType.READ);
			TestCall save = TestCall.of(() -> 7, () -> 7).withKeyOfResult((result) -> List.of(6, 7));
			read.execute(read(stage, () -> write.execute(save)).withKey(7));
			inconclusive(engine);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_WRITE)
	void writeOfAnotherKeyHidesNothing(MigrationStage stage, ReadExecution execution, WriteTiming timing)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution, timing)) {
			Operation write = engine.operation("save", OperationType.WRITE);
			Operation read = engine.operation("find", OperationType.READ);
			read.execute(read(stage, () -> write.execute(TestCall.of(() -> 1, () -> 1).withKey(8))).withKey(7));
			mismatch(engine, stage);
		}
	}

	@ParameterizedTest
	@MethodSource(EVERY_WRITE)
	void writeThatWasOverBeforeTheReadHidesNothing(MigrationStage stage, ReadExecution execution, WriteTiming timing)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution, timing)) {
			engine.operation("save", OperationType.WRITE).execute(TestCall.of(() -> 1, () -> 1).withKey(7));
			long end = System.nanoTime();
			while (System.nanoTime() == end) {
				Thread.onSpinWait();
			}
			engine.operation("find", OperationType.READ).execute(read(stage, () -> null).withKey(7));
			mismatch(engine, stage);
		}
	}

	@ParameterizedTest
	@MethodSource("everyDualRead")
	void readOrWriteWithoutAKeyIsComparedAsBefore(MigrationStage stage, ReadExecution execution) throws Throwable {
		for (boolean keyOfRead : new boolean[] { true, false }) {
			try (TestEngine engine = engine(stage, execution, WriteTiming.AFTER_COMMIT)) {
				Operation write = engine.operation("save", OperationType.WRITE);
				TestCall save = TestCall.of(() -> 1, () -> 1).withKey(keyOfRead ? null : 7);
				TestCall find = read(stage, () -> write.execute(save)).withKey(keyOfRead ? 7 : null);
				engine.operation("find", OperationType.READ).execute(find);
				mismatch(engine, stage);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("everyDualRead")
	void matchIsAMatchWhateverIsWritten(MigrationStage stage, ReadExecution execution) throws Throwable {
		try (TestEngine engine = engine(stage, execution, WriteTiming.AFTER_COMMIT)) {
			Operation write = engine.operation("save", OperationType.WRITE);
			TestCall save = TestCall.of(() -> 1, () -> 1).withKey(7);
			TestCall find = TestCall.with(stage.authority().other(), () -> {
				write.execute(save);
				return stage.authority().key();
			}).withKey(7);
			engine.operation("find", OperationType.READ).execute(find);
			eventually(() -> assertThat(engine.compared(stage, "match")).isEqualTo(1));
			assertThat(engine.skipped("pending_repair")).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void errorOfOneSideDuringAWriteIsInconclusive(MigrationStage stage) throws Throwable {
		for (MigrationOrigin failing : MigrationOrigin.values()) {
			try (TestEngine engine = engine(stage, ReadExecution.SERIAL, WriteTiming.AFTER_COMMIT)) {
				Operation write = engine.operation("save", OperationType.WRITE);
				TestCall find = TestCall.with(failing, () -> {
					write.execute(TestCall.of(() -> 1, () -> 1).withKey(7));
					throw new IllegalStateException("planned");
				}).withKey(7);
				Operation read = engine.operation("find", OperationType.READ);
				Throwable thrown = catchThrowable(() -> execute(read, find));
				assertThat(thrown != null).isEqualTo(failing == stage.authority());
				inconclusive(engine);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void writeIsUnderWayUntilItsTransactionHasEnded(MigrationStage stage) throws Throwable {
		for (WriteTiming timing : WriteTiming.values()) {
			for (Consumer<Deferred> end : List.<Consumer<Deferred>>of(Deferred::committed, Deferred::rolledBack,
					Deferred::unknown)) {
				try (TestEngine engine = engine(stage, ReadExecution.SERIAL, timing)) {
					Transaction transaction = new Transaction();
					Engine transactional = engine.with(transaction);
					transactional.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE))
						.execute(TestCall.of(() -> 1, () -> 1).withKey(7));
					Operation read = transactional.operation(OperationSpec.of(engine.flag, "find", OperationType.READ));
					read.execute(TestCall.of(() -> "old", () -> "new").withKey(7));
					inconclusive(engine);
					assertThat(transaction.waiting).hasSize(1);
					end.accept(transaction.waiting.get(0));
					overBefore(read);
					assertThat(engine.compared(stage, "mismatch")).isEqualTo(1);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void writeThatIsGivenUpIsUnderWayUntilItsSecondSideHasEnded(MigrationStage stage) throws Throwable {
		try (TestEngine engine = TestEngine.at(stage,
				(flag) -> Pooled.AFTER_COMMIT_WRITE.settings(Duration.ofMillis(50)).apply(flag))) {
			CountDownLatch running = new CountDownLatch(1);
			TestCall save = TestCall.with(stage.authority().other(), () -> {
				running.countDown();
				hang(this.released);
				return "late";
			}).withKey(7);
			CountDownLatch back = new CountDownLatch(1);
			Operation write = engine.operation("save", OperationType.WRITE);
			Thread caller = new Thread(() -> {
				attempt(() -> execute(write, save));
				back.countDown();
			});
			caller.start();
			assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(back.await(20, TimeUnit.SECONDS)).isTrue();
			Operation read = engine.operation("find", OperationType.READ);
			read.execute(TestCall.of(() -> "old", () -> "new").withKey(7));
			inconclusive(engine);
			this.released.countDown();
			eventually(() -> {
				read.execute(TestCall.of(() -> "old", () -> "new").withKey(7));
				assertThat(engine.compared(stage, "mismatch")).isEqualTo(1);
			});
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void writeIsOverWhateverKeepsItsSecondSideFromRunning(MigrationStage stage) throws Throwable {
		for (WriteTiming timing : WriteTiming.values()) {
			for (Trouble trouble : Trouble.values()) {
				Duration limit = (trouble == Trouble.DEADLINE) ? Duration.ofNanos(1) : Duration.ofMillis(20);
				Duration deadline = (trouble == Trouble.DEADLINE) ? limit : Pooled.LONG;
				try (TestEngine engine = TestEngine.at(stage,
						(flag) -> flag.writeTiming(timing).writeTimeout(limit).writeDeadline(deadline), 1, 1)) {
					if (trouble == Trouble.POOL) {
						engine.pool.lane().submit(() -> hang(this.released));
						engine.pool.lane().submit(() -> hang(this.released));
					}
					TestCall save = TestCall
						.with((trouble == Trouble.AUTHORITY) ? stage.authority() : stage.authority().other(), () -> {
							throw new IllegalStateException("planned");
						})
						.withKey(7);
					Operation write = engine.operation("save", OperationType.WRITE);
					for (int i = 0; i < 8; i++) {
						// often enough for the breaker to open
						attempt(() -> execute(write, save));
					}
					overBefore(engine.operation("find", OperationType.READ));
					assertThat(engine.compared(stage, "mismatch")).as("%s %s", timing, trouble).isEqualTo(1);
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("everyDualRead")
	void keyThatIsCopiedMeanwhileIsInconclusiveAndNoMoreAfterwards(MigrationStage stage, ReadExecution execution)
			throws Throwable {
		try (TestEngine engine = engine(stage, execution, WriteTiming.IMMEDIATE)) {
			CopyWatch copies = engine.engine.copies(engine.flag);
			Operation read = engine.operation("find", OperationType.READ);
			read.execute(read(stage, () -> {
				copies.begun("7");
				copies.ended("7");
				return null;
			}).withKey(7));
			inconclusive(engine);
			overBefore(read);
			eventually(() -> assertThat(engine.compared(stage, "mismatch")).isEqualTo(1));
		}
	}

	static Stream<Arguments> everyAsyncRead() {
		return AsyncForm.everyDualRead();
	}

	@ParameterizedTest
	@MethodSource("everyAsyncRead")
	void writeWhoseResultComesLaterIsUnderWayUntilBothSidesHaveEnded(AsyncForm form, MigrationStage stage,
			ReadExecution execution) throws Throwable {
		try (TestEngine engine = engine(stage, execution, WriteTiming.AFTER_COMMIT)) {
			Operation read = form.operation(engine, OperationType.READ);
			Operation write = engine.engine.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE),
					ResultKind.FUTURE);
			AsyncSides save = new AsyncSides(AsyncForm.FUTURE).withKey(7);
			CompletableFuture<String> saved = AsyncForm.FUTURE.call(write, save);
			form.call(read, AsyncSides.named(form).withKey(7)).get(20, TimeUnit.SECONDS);
			inconclusive(engine);
			save.of(stage.authority()).complete("one");
			form.call(read, AsyncSides.named(form).withKey(7)).get(20, TimeUnit.SECONDS);
			eventually(() -> assertThat(engine.skipped("pending_repair")).isEqualTo(2));
			save.of(stage.authority().other()).complete("other");
			saved.get(20, TimeUnit.SECONDS);
			long end = System.nanoTime();
			while (System.nanoTime() == end) {
				Thread.onSpinWait();
			}
			form.call(read, AsyncSides.named(form).withKey(7)).get(20, TimeUnit.SECONDS);
			eventually(() -> assertThat(engine.compared(stage, "mismatch")).isEqualTo(1));
		}
	}

	static Stream<Arguments> everyAsyncDualWrite() {
		return AsyncForm.everyDualWrite().filter((arguments) -> ((MigrationStage) arguments.get()[1]).readsBoth());
	}

	@ParameterizedTest
	@MethodSource("everyAsyncDualWrite")
	void writeWhoseResultComesLaterIsOverWhateverItsEnd(AsyncForm form, MigrationStage stage) throws Throwable {
		try (TestEngine engine = engine(stage, ReadExecution.SERIAL, WriteTiming.AFTER_COMMIT)) {
			Operation write = form.operation(engine, OperationType.WRITE);
			List<AsyncSides> saves = new ArrayList<>();
			AsyncSides authorityFails = AsyncSides.named(form);
			saves.add(authorityFails.whoseMethodThrows(stage.authority(), new IllegalStateException("planned")));
			AsyncSides secondFails = AsyncSides.named(form);
			saves.add(secondFails.whoseMethodThrows(stage.authority().other(), new IllegalStateException("planned")));
			AsyncSides fails = new AsyncSides(form);
			fails.of(stage.authority()).completeExceptionally(new IllegalStateException("planned"));
			saves.add(fails);
			for (AsyncSides save : saves) {
				attempt(() -> form.call(write, save.withKey(7)).get(20, TimeUnit.SECONDS));
			}
			AsyncSides cancelled = new AsyncSides(form).withKey(7);
			form.call(write, cancelled).cancel(true);
			overBefore(engine.operation("find", OperationType.READ));
			assertThat(engine.compared(stage, "mismatch")).isEqualTo(1);
		}
	}

	/**
	 * A read that begins now meets no write any more.
	 */
	private static void overBefore(Operation read) throws Throwable {
		long end = System.nanoTime();
		while (System.nanoTime() == end) {
			Thread.onSpinWait();
		}
		read.execute(TestCall.of(() -> "old", () -> "new").withKey(7));
	}

	private static void attempt(ThrowingCallable call) {
		assertThat(catchThrowable(call)).satisfiesAnyOf((none) -> assertThat(none).isNull(),
				(planned) -> assertThat(planned).hasStackTraceContaining("planned"));
	}

	private static void execute(Operation operation, Call call) throws Exception {
		try {
			operation.execute(call);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new AssertionError(ex);
		}
	}

	private enum Trouble {

		AUTHORITY, SECOND, DEADLINE, POOL

	}

	private static final class Transaction implements CallerTransactions {

		final List<Deferred> waiting = new ArrayList<>();

		@Override
		public boolean defer(@Nullable String manager, Deferred write) {
			return this.waiting.add(write);
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
