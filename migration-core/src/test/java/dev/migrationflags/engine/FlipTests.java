package dev.migrationflags.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.RAMP_DOWN;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What happens to calls while the authority of their flag changes.
 */
class FlipTests {

	private static final String FLAG = TestEngine.FLAG;

	private final Map<String, CompletableFuture<?>> started = new HashMap<>();

	static Stream<Arguments> everyMoveThatHolds() {
		return Stream.of(arguments(6, SHADOW, LIVE), arguments(6, LIVE, SHADOW), arguments(6, RAMP_DOWN, COMPLETE),
				arguments(4, SHADOW, LIVE), arguments(4, LIVE, SHADOW), arguments(4, LIVE, COMPLETE),
				arguments(2, OFF, COMPLETE), arguments(2, COMPLETE, OFF));
	}

	private static TestEngine engine(int stages, MigrationStage stage) {
		return engine(stages, stage, UnaryOperator.identity());
	}

	private static TestEngine engine(int stages, MigrationStage stage, UnaryOperator<MigrationFlag.Builder> settings) {
		return TestEngine.at(stage, (flag) -> settings
			.apply(flag.stages(stages).writeTiming(WriteTiming.AFTER_COMMIT).writeTimeout(Duration.ofSeconds(10))));
	}

	private static Operation write(TestEngine engine) {
		return engine.operation("save", OperationType.WRITE);
	}

	private static Operation read(TestEngine engine) {
		return engine.operation("find", OperationType.READ);
	}

	/**
	 * Runs something on a thread of its own.
	 */
	private static <T> CompletableFuture<T> start(Code<T> code) {
		CompletableFuture<T> result = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				result.complete(code.run());
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return result;
	}

	private static <T> T get(CompletableFuture<T> result) throws Exception {
		return result.get(20, TimeUnit.SECONDS);
	}

	private static void untilHeld(TestEngine engine) {
		Latches.eventually(() -> assertThat(engine.flag.position().gate()).isNotNull());
	}

	/**
	 * A write whose last side waits.
	 */
	private static CompletableFuture<Object> hangingWrite(TestEngine engine, CountDownLatch running,
			CountDownLatch released) throws Exception {
		MigrationStage stage = engine.flag.stage();
		MigrationOrigin last = stage.writesBoth() ? stage.authority().other() : stage.authority();
		Operation write = write(engine);
		CompletableFuture<Object> result = start(() -> write.execute(TestCall.with(last, () -> {
			running.countDown();
			Latches.hang(released);
			return "late";
		})));
		assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
		return result;
	}

	@ParameterizedTest
	@MethodSource("everyMoveThatHolds")
	void waitsForTheWritesInFlightAndHoldsNewCalls(int stages, MigrationStage from, MigrationStage to)
			throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		try (TestEngine engine = engine(stages, from)) {
			CompletableFuture<Object> inFlight = hangingWrite(engine, new CountDownLatch(1), released);
			CompletableFuture<StageChangedEvent> move = start(() -> engine.moves.moveTo(FLAG, to, "test"));
			untilHeld(engine);
			TestCall newWrite = TestCall.of(() -> "old", () -> "new");
			TestCall newRead = TestCall.of(() -> "old", () -> "new");
			Operation write = write(engine);
			Operation read = read(engine);
			CompletableFuture<Object> written = start(() -> write.execute(newWrite));
			CompletableFuture<Object> found = start(() -> read.execute(newRead));
			assertThat(engine.moves.stage(FLAG)).isEqualTo(from);
			assertThat(newWrite.invoked).isEmpty();
			assertThat(newRead.invoked).isEmpty();
			assertThat(move).isNotDone();
			released.countDown();
			assertThat(get(move).to()).isEqualTo(to);
			get(inFlight);
			assertThat(get(written)).isEqualTo(to.authority().key());
			assertThat(get(found)).isEqualTo(to.authority().key());
			assertThat(newWrite.invoked).first().isEqualTo(to.authority());
		}
	}

	@ParameterizedTest
	@MethodSource("everyMoveThatHolds")
	@Execution(ExecutionMode.CONCURRENT)
	void isGivenUpIfAWriteDoesNotEnd(int stages, MigrationStage from, MigrationStage to) throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		try (TestEngine engine = engine(stages, from)) {
			hangingWrite(engine, new CountDownLatch(1), released);
			CompletableFuture<Object> move = start(() -> engine.moves.moveTo(FLAG, to, "test"));
			untilHeld(engine);
			TestCall call = TestCall.of(() -> "old", () -> "new");
			Operation write = write(engine);
			CompletableFuture<Object> held = start(() -> write.execute(call));
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> get(move))
				.havingCause()
				.isInstanceOfSatisfying(StageChangeRefusedException.class,
						(refused) -> assertThat(refused.getReasons()).singleElement()
							.asString()
							.startsWith("inflight: "));
			assertThat(get(held)).isEqualTo(from.authority().key());
			assertThat(engine.moves.stage(FLAG)).isEqualTo(from);
			assertThat(engine.flag.changes()).isEmpty();
			released.countDown();
			Latches.eventually(() -> assertThat(engine.moves.moveTo(FLAG, to, "again").to()).isEqualTo(to));
		}
	}

	@ParameterizedTest
	@MethodSource("everyMoveThatHolds")
	@Execution(ExecutionMode.CONCURRENT)
	void forcedIsNotStoppedByAWriteThatDoesNotEnd(int stages, MigrationStage from, MigrationStage to) throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		try (TestEngine engine = engine(stages, from)) {
			hangingWrite(engine, new CountDownLatch(1), released);
			assertThat(engine.moves.forceTo(FLAG, to, "test").to()).isEqualTo(to);
			assertThat(write(engine).execute(TestCall.of(() -> "old", () -> "new"))).isEqualTo(to.authority().key());
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			released.countDown();
		}
	}

	@Test
	void writeThatItsCallerHasGivenUpIsInFlightAllTheSame() throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		try (TestEngine engine = engine(6, SHADOW, (flag) -> flag.writeTimeout(Duration.ofSeconds(1)))) {
			CompletableFuture<Object> caller = hangingWrite(engine, new CountDownLatch(1), released);
			assertThat(get(caller)).isEqualTo("old");
			CompletableFuture<StageChangedEvent> move = start(() -> engine.moves.forceTo(FLAG, LIVE, "test"));
			untilHeld(engine);
			assertThat(move).isNotDone();
			released.countDown();
			assertThat(get(move).to()).isEqualTo(LIVE);
		}
	}

	@ParameterizedTest
	@EnumSource(AsyncForm.class)
	void noThreadWaitsForAResultThatComesLater(AsyncForm form) throws Throwable {
		CountDownLatch released = new CountDownLatch(1);
		try (TestEngine engine = engine(6, SHADOW)) {
			hangingWrite(engine, new CountDownLatch(1), released);
			CompletableFuture<StageChangedEvent> move = start(() -> engine.moves.moveTo(FLAG, LIVE, "test"));
			untilHeld(engine);
			for (OperationType type : OperationType.values()) {
				AsyncSides sides = AsyncSides.named(form);
				CompletableFuture<String> held = form.call(form.operation(engine, type), sides);
				this.started.put(type.key(), held);
				assertThat(held).isNotDone();
				assertThat(sides.invoked).isEmpty();
			}
			released.countDown();
			assertThat(get(move).to()).isEqualTo(LIVE);
			for (CompletableFuture<?> held : this.started.values()) {
				assertThat(get(held)).isEqualTo("new");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(AsyncForm.class)
	void writeWhoseResultComesLaterIsInFlightToItsEnd(AsyncForm form) throws Throwable {
		for (MigrationStage stage : List.of(SHADOW, OFF)) {
			try (TestEngine engine = engine((stage == OFF) ? 2 : 6, stage)) {
				CompletableFuture<String> side = new CompletableFuture<>();
				TestCall call = TestCall.of(() -> form.of(side), () -> form.of(CompletableFuture.completedFuture("")));
				CompletableFuture<String> caller = form.call(form.operation(engine, OperationType.WRITE), call);
				MigrationStage to = Objects.requireNonNull(MigrationStage.ladder(engine.flag.stages().size())
					.get(engine.flag.stages().indexOf(stage) + 1));
				CompletableFuture<StageChangedEvent> move = start(() -> engine.moves.moveTo(FLAG, to, "test"));
				untilHeld(engine);
				assertThat(move).isNotDone();
				side.complete("done");
				assertThat(get(caller)).isEqualTo("done");
				assertThat(get(move).to()).isEqualTo(to);
			}
		}
	}

	@Test
	void callFromInsideOfAWriteInFlightIsNotHeld() throws Exception {
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch running = new CountDownLatch(2);
		try (TestEngine engine = engine(6, SHADOW)) {
			Operation write = write(engine);
			Operation other = engine.operation("other", OperationType.WRITE);
			Call.SideCall nesting = () -> {
				running.countDown();
				Latches.hang(held);
				return other.execute(TestCall.of(() -> "inner", () -> "inner"));
			};
			CompletableFuture<Object> onCallers = start(
					() -> write.execute(TestCall.with(MigrationOrigin.OLD, nesting)));
			CompletableFuture<Object> onPool = start(() -> write.execute(TestCall.with(MigrationOrigin.NEW, nesting)));
			assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<StageChangedEvent> move = start(() -> engine.moves.moveTo(FLAG, LIVE, "test"));
			untilHeld(engine);
			held.countDown();
			assertThat(get(move).to()).isEqualTo(LIVE);
			assertThat(get(onCallers)).isEqualTo("inner");
			assertThat(get(onPool)).isEqualTo("old");
			assertThat(engine.flag.secondaryWriteFailures()).isZero();
		}
	}

	@Test
	void secondOperationOfATransactionThatHasWrittenIsNotHeld() throws Exception {
		Transactions transactions = new Transactions();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch written = new CountDownLatch(1);
		try (TestEngine engine = engine(6, SHADOW)) {
			Engine transactional = engine.with(transactions);
			Operation write = transactional.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE));
			Operation read = transactional.operation(OperationSpec.of(engine.flag, "find", OperationType.READ));
			CompletableFuture<String> transaction = start(() -> {
				transactions.begin();
				write.execute(TestCall.of(() -> "old", () -> "new"));
				written.countDown();
				Latches.hang(held);
				String found = String.valueOf(read.execute(TestCall.of(() -> "old", () -> "new")))
						+ write.execute(TestCall.of(() -> "old", () -> "new"));
				transactions.commit();
				return found;
			});
			assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<StageChangedEvent> move = start(() -> engine.moves.moveTo(FLAG, LIVE, "test"));
			untilHeld(engine);
			assertThat(move).isNotDone();
			held.countDown();
			assertThat(get(transaction)).isEqualTo("oldold");
			assertThat(get(move).to()).isEqualTo(LIVE);
		}
	}

	@ParameterizedTest
	@EnumSource(WriteTiming.class)
	void moveOutOfAnOwnTransactionIsRefusedAtOnceAndCanBeForced(WriteTiming timing) throws Throwable {
		Transactions transactions = new Transactions();
		try (TestEngine engine = engine(6, SHADOW, (flag) -> flag.writeTiming(timing))) {
			Operation write = engine.with(transactions)
				.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE));
			transactions.begin();
			write.execute(TestCall.of(() -> "old", () -> "new"));
			assertThatExceptionOfType(StageChangeRefusedException.class)
				.isThrownBy(() -> engine.moves.moveTo(FLAG, LIVE, "test"))
				.withMessageContaining("the thread that moves the flag has writes in flight");
			assertThat(engine.flag.position().gate()).isNull();
			assertThat(engine.moves.forceTo(FLAG, LIVE, "test").to()).isEqualTo(LIVE);
			transactions.commit();
			assertThat(engine.moves.moveTo(FLAG, SHADOW, "test").to()).isEqualTo(SHADOW);
		}
	}

	@Test
	void writeOfOneSideIsInFlightToTheEndOfItsTransaction() throws Throwable {
		Transactions transactions = new Transactions();
		try (TestEngine engine = engine(2, OFF)) {
			Operation write = engine.with(transactions)
				.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE));
			transactions.begin();
			write.execute(TestCall.of(() -> "old", () -> "new"));
			CompletableFuture<StageChangedEvent> move = start(() -> engine.moves.forceTo(FLAG, COMPLETE, "test"));
			untilHeld(engine);
			assertThat(move).isNotDone();
			transactions.commit();
			assertThat(get(move).to()).isEqualTo(COMPLETE);
		}
	}

	@Test
	void writeThatFailsOrIsRolledBackIsOver() throws Throwable {
		Transactions transactions = new Transactions();
		try (TestEngine engine = engine(6, SHADOW)) {
			Operation write = engine.with(transactions)
				.operation(OperationSpec.of(engine.flag, "save", OperationType.WRITE));
			transactions.begin();
			write.execute(TestCall.of(() -> "old", () -> "new"));
			transactions.rollBack();
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> write.execute(TestCall.with(MigrationOrigin.OLD, () -> {
					throw new IllegalStateException("old");
				})));
			assertThat(engine.moves.moveTo(FLAG, LIVE, "test").to()).isEqualTo(LIVE);
		}
	}

	@Test
	void interruptOfAHeldCallerIsKept() throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		try (TestEngine engine = engine(6, SHADOW)) {
			hangingWrite(engine, new CountDownLatch(1), released);
			CompletableFuture<StageChangedEvent> move = start(() -> engine.moves.moveTo(FLAG, LIVE, "test"));
			untilHeld(engine);
			Operation read = read(engine);
			AtomicBoolean interrupted = new AtomicBoolean();
			CompletableFuture<Object> held = start(() -> {
				Thread.currentThread().interrupt();
				Object value = read.execute(TestCall.of(() -> "old", () -> "new"));
				interrupted.set(Thread.interrupted());
				return value;
			});
			released.countDown();
			get(move);
			assertThat(get(held)).isEqualTo("new");
			assertThat(interrupted).isTrue();
		}
	}

	/**
	 * The proof: whatever is written while the flag flips to and fro, the authority does
	 * not change between the decision and the end of the write.
	 */
	@ParameterizedTest
	@EnumSource(WriteTiming.class)
	void noWriteEverSeesTheAuthorityChange(WriteTiming timing) throws Exception {
		Queue<String> wrong = new ConcurrentLinkedQueue<>();
		AtomicBoolean enough = new AtomicBoolean();
		try (TestEngine engine = engine(6, SHADOW, (flag) -> flag.writeTiming(timing))) {
			Operation write = write(engine);
			Set<CompletableFuture<Object>> writers = new HashSet<>();
			for (int writer = 0; writer < 4; writer++) {
				writers.add(start(() -> {
					while (!enough.get()) {
						List<MigrationOrigin> order = new ArrayList<>();
						write.execute(TestCall.of(() -> side(engine, MigrationOrigin.OLD, order, wrong),
								() -> side(engine, MigrationOrigin.NEW, order, wrong)));
					}
					return "done";
				}));
			}
			for (int flip = 0; flip < 200; flip++) {
				engine.moves.moveTo(FLAG, (flip % 2 == 0) ? LIVE : SHADOW, "flip");
			}
			enough.set(true);
			for (CompletableFuture<Object> writer : writers) {
				get(writer);
			}
			assertThat(wrong).isEmpty();
			assertThat(engine.flag.epoch()).isEqualTo(200);
		}
	}

	private static String side(TestEngine engine, MigrationOrigin side, List<MigrationOrigin> order,
			Queue<String> wrong) {
		order.add(side);
		MigrationOrigin authority = order.get(0);
		if (engine.flag.stage().authority() != authority) {
			wrong.add("%s is written while %s has the authority".formatted(side, engine.flag.stage().authority()));
		}
		return side.key();
	}

	/**
	 * Some code that may fail.
	 */
	@FunctionalInterface
	private interface Code<T> {

		@Nullable T run() throws Throwable;

	}

	/**
	 * Transactions of threads.
	 */
	private static final class Transactions implements CallerTransactions {

		private final ThreadLocal<@Nullable List<Deferred>> waiting = new ThreadLocal<>();

		private final ThreadLocal<@Nullable MigrationStage> written = new ThreadLocal<>();

		void begin() {
			this.waiting.set(new ArrayList<>());
		}

		void commit() {
			end().forEach(Deferred::committed);
		}

		void rollBack() {
			end().forEach(Deferred::rolledBack);
		}

		private List<Deferred> end() {
			List<Deferred> waiting = Objects.requireNonNull(this.waiting.get());
			this.waiting.remove();
			this.written.remove();
			return waiting;
		}

		@Override
		public boolean defer(@Nullable String manager, Deferred write) {
			List<Deferred> waiting = this.waiting.get();
			return waiting != null && waiting.add(write);
		}

		@Override
		public void written(Flag flag, @Nullable MigrationContext context, MigrationStage stage,
				@Nullable String manager) {
			if (this.waiting.get() != null && this.written.get() == null) {
				this.written.set(stage);
			}
		}

		@Override
		public @Nullable MigrationStage writtenAt(Flag flag, @Nullable MigrationContext context) {
			return this.written.get();
		}

		@Override
		public boolean hasWritten(Flag flag) {
			return this.written.get() != null;
		}

	}

}
