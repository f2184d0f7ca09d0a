package dev.migrationflags.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.engine.mark.KeyTexts;
import dev.migrationflags.engine.pool.FairPool;
import dev.migrationflags.flags.Gate;
import dev.migrationflags.random.Race;
import io.micrometer.core.instrument.Counter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static dev.migrationflags.engine.Latches.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Second sides that end at the very moment at which their time is up, their pool is
 * closed, or their caller goes on: each ends in exactly one way. The limits are those of
 * a watchdog, which tells of them when it is closed; the threads of the pool work when
 * the test says so.
 */
@Timeout(120)
class SecondaryRaceTests {

	private static final int TIMES = 200;

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE,
			names = { "DETACHED_READ", "CONCURRENT_READ", "AWAITED_WRITE", "AWAITED_MARKED_WRITE" })
	void methodThatReturnsAtItsLimit(Way way) throws Throwable {
		Race.of(() -> new Held(way, Pooled.LONG).call().ended())
			.times(TIMES)
			.run(Held::work)
			.run((held) -> held.engine.watchdog.close())
			.hold(Held::check);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.MATCH_ALL, names = ".*_OF_A_.*")
	void resultThatComesAtItsLimit(Way way) throws Throwable {
		Race.of(() -> new Held(way, Pooled.LONG).call().working())
			.times(TIMES)
			.run(Held::ended)
			.run((held) -> held.engine.watchdog.close())
			.hold(Held::check);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE,
			names = { "DETACHED_READ", "CONCURRENT_READ", "AWAITED_WRITE", "AWAITED_MARKED_WRITE" })
	void poolThatIsClosedAtTheLimit(Way way) throws Throwable {
		Race.of(() -> new Held(way, Pooled.LONG).call().call().ended())
			.times(TIMES)
			.run((held) -> held.engine.pool.close())
			.run((held) -> held.engine.watchdog.close())
			.hold(Held::check);
	}

	@ParameterizedTest
	@EnumSource(names = { "CONCURRENT_READ", "AWAITED_WRITE", "AWAITED_MARKED_WRITE" })
	void callerThatGoesOnAsTheSecondSideEnds(Way way) throws Throwable {
		Race.of(() -> new Held(way, Duration.ofNanos(random(100, 3000))))
			.times(3 * TIMES)
			.run(Held::call)
			.run(Held::work)
			.hold(Held::check);
	}

	private static long random(int least, int most) {
		return ThreadLocalRandom.current().nextLong(least, most);
	}

	private static void pause(long nanos) {
		long end = System.nanoTime() + nanos;
		while (System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
	}

	/**
	 * An engine whose pool has a thread that does nothing by itself.
	 */
	private static final class Held {

		final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

		final TestEngine engine;

		private final TestMarks marks = new TestMarks();

		private final CompletableFuture<String> second = new CompletableFuture<>();

		private final Way way;

		private final Operation operation;

		private volatile int calls;

		Held(Way way, Duration timeout) {
			this.way = way;
			this.engine = TestEngine.at(MigrationStage.SHADOW, (flag) -> way
				.settings(flag.readTimeout(timeout).writeTimeout(timeout).writeDeadline(Pooled.LONG.plus(Pooled.LONG))),
					new FairPool(1, 2, (work) -> new Thread() {

						@Override
						public synchronized void start() {
							Held.this.work.add(work);
						}

						// later JDKs start it in another way
						@Override
						public void run() {
							Held.this.work.add(work);
						}

					}, Duration.ofNanos(1)));
			this.operation = way.operation(this.engine, this.marks);
		}

		Held call() {
			try {
				this.way.call(this.operation, this.second);
				this.calls++;
				return this;
			}
			catch (Throwable ex) {
				throw new AssertionError(ex);
			}
		}

		/**
		 * The result of the second side is there.
		 */
		Held ended() {
			this.second.complete("value");
			return this;
		}

		Held working() {
			work();
			return this;
		}

		/**
		 * Does what a thread of the pool would do; nothing if there was no room for it.
		 */
		void work() {
			try {
				Objects.requireNonNull(this.work.poll(30, TimeUnit.SECONDS), "nothing to do").run();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

		void check() {
			Gate gate = this.engine.flag.holdForOthers();
			eventually(() -> {
				// comparisons that come at last need another thread
				for (Runnable more = this.work.poll(); more != null; more = this.work.poll()) {
					more.run();
				}
				assertThat(this.engine.calls("origin", "old")).isEqualTo(this.calls);
				assertThat(this.way.isRead() ? verdicts() : ends()).isEqualTo(this.calls);
				assertThat(this.engine.flag.isDrained(gate)).isTrue();
				assertThat(marked("finish")).isEqualTo(marked("begin"));
			});
			boolean counted = !this.way.isRead() && !this.way.marked;
			assertThat(this.engine.flag.secondaryWriteFailures())
				.isEqualTo(counted ? this.calls - this.engine.calls("origin", "new", "outcome", "success") : 0);
			this.engine.close();
		}

		private long verdicts() {
			return (long) this.engine.compared() + skipped();
		}

		private long ends() {
			return this.engine.calls("origin", "new") + skipped();
		}

		private long skipped() {
			return (long) this.engine.meters.find("migration.skipped")
				.counters()
				.stream()
				.mapToDouble(Counter::count)
				.sum();
		}

		private long marked(String what) {
			return this.marks.log.stream().filter((line) -> line.startsWith(what)).count();
		}

	}

	enum Way {

		DETACHED_READ(ReadExecution.DETACHED, false, null),

		CONCURRENT_READ(ReadExecution.CONCURRENT, false, null),

		AWAITED_WRITE(true, false, null),

		WRITE(false, false, null),

		AWAITED_MARKED_WRITE(true, true, null),

		MARKED_WRITE(false, true, null),

		DETACHED_READ_OF_A_FUTURE(ReadExecution.DETACHED, false, AsyncForm.FUTURE),

		CONCURRENT_READ_OF_A_FUTURE(ReadExecution.CONCURRENT, false, AsyncForm.FUTURE),

		SERIAL_READ_OF_A_MONO(ReadExecution.SERIAL, false, AsyncForm.MONO),

		CONCURRENT_READ_OF_A_FLUX(ReadExecution.CONCURRENT, false, AsyncForm.FLUX),

		AWAITED_WRITE_OF_A_FUTURE(true, false, AsyncForm.FUTURE),

		WRITE_OF_A_FUTURE(false, false, AsyncForm.FUTURE),

		AWAITED_MARKED_WRITE_OF_A_FUTURE(true, true, AsyncForm.FUTURE),

		MARKED_WRITE_OF_A_MONO(false, true, AsyncForm.MONO);

		private final @Nullable ReadExecution execution;

		private final boolean awaited;

		final boolean marked;

		private final @Nullable AsyncForm form;

		Way(ReadExecution execution, boolean marked, @Nullable AsyncForm form) {
			this(execution, execution != ReadExecution.DETACHED, marked, form);
		}

		Way(boolean awaited, boolean marked, @Nullable AsyncForm form) {
			this(null, awaited, marked, form);
		}

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
				.with(Objects.requireNonNull(KeyTexts.of(Integer.class)));
			Engine used = this.marked ? engine.with(CallerTransactions.NONE).marking(marks) : engine.engine;
			return (this.form != null) ? this.form.operation(used, spec) : used.operation(spec);
		}

		void call(Operation operation, CompletableFuture<String> second) throws Throwable {
			AsyncForm form = this.form;
			if (form == null) {
				TestCall call = TestCall.of(() -> "value", () -> {
					pause(this.awaited ? random(0, 3000) : 0);
					return "value";
				}).withKey(5);
				assertThat(operation.execute(call)).isEqualTo("value");
			}
			else {
				TestCall call = TestCall
					.of(() -> form.of(CompletableFuture.completedFuture("value")), () -> form.of(second))
					.withKey(5);
				form.call(operation, call);
			}
		}

	}

}
