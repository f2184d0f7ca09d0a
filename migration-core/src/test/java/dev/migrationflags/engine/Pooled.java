package dev.migrationflags.engine;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteTiming;
import org.junit.jupiter.params.provider.Arguments;

import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * One way to run an operation whose secondary is on a thread of the pool: a parameter of
 * tests that hold for all of them.
 */
enum Pooled {

	DETACHED_READ(OperationType.READ, ReadExecution.DETACHED),

	CONCURRENT_READ(OperationType.READ, ReadExecution.CONCURRENT),

	AFTER_COMMIT_WRITE(OperationType.WRITE, ReadExecution.SERIAL);

	/** Longer than any test that does not wait for it. */
	static final Duration LONG = Duration.ofMinutes(5);

	/**
	 * For tests that wait until it is over: long enough for a thread of a pool to begin
	 * in, which is a condition of reads.
	 */
	static final Duration SHORT = Duration.ofMillis(400);

	final OperationType type;

	final ReadExecution execution;

	Pooled(OperationType type, ReadExecution execution) {
		this.type = type;
		this.execution = execution;
	}

	static Stream<Arguments> everyStage() {
		return Stream.of(MigrationStage.values())
			.flatMap((stage) -> Stream.of(values()).map((mode) -> arguments(stage, mode)));
	}

	static Stream<Arguments> everyDualStage() {
		return everyStage()
			.filter((arguments) -> ((Pooled) arguments.get()[1]).runsBoth((MigrationStage) arguments.get()[0]));
	}

	boolean runsBoth(MigrationStage stage) {
		return (this.type == OperationType.READ) ? stage.readsBoth() : stage.writesBoth();
	}

	boolean isRead() {
		return this.type == OperationType.READ;
	}

	/**
	 * An engine that gives the secondary so much time.
	 */
	TestEngine engine(MigrationStage stage, Duration timeout) {
		return TestEngine.at(stage, settings(timeout));
	}

	TestEngine engine(MigrationStage stage, Duration timeout, int threads, int queue) {
		return TestEngine.at(stage, settings(timeout), threads, queue);
	}

	UnaryOperator<MigrationFlag.Builder> settings(Duration timeout) {
		return (flag) -> flag.readExecution(this.execution)
			.readTimeout(timeout)
			.writeTiming(WriteTiming.AFTER_COMMIT)
			.writeTimeout(timeout)
			.writeDeadline(LONG.plus(LONG));
	}

	Operation operation(TestEngine engine) {
		return engine.operation("find", this.type);
	}

}
