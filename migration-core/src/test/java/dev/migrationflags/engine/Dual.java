package dev.migrationflags.engine;

import java.util.stream.Stream;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import org.junit.jupiter.params.provider.Arguments;

import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * One way to run an operation on the caller's thread: a parameter of tests that hold for
 * all of them.
 */
enum Dual {

	SERIAL_READ(OperationType.READ, ReadExecution.SERIAL),

	RANDOM_READ(OperationType.READ, ReadExecution.RANDOM),

	IMMEDIATE_WRITE(OperationType.WRITE, ReadExecution.SERIAL);

	final OperationType type;

	private final ReadExecution execution;

	Dual(OperationType type, ReadExecution execution) {
		this.type = type;
		this.execution = execution;
	}

	static Stream<Arguments> everyStage() {
		return Stream.of(MigrationStage.values())
			.flatMap((stage) -> Stream.of(values()).map((dual) -> arguments(stage, dual)));
	}

	static Stream<Arguments> everyDualStage() {
		return everyStage().filter((arguments) -> {
			MigrationStage stage = (MigrationStage) arguments.get()[0];
			return ((Dual) arguments.get()[1]).runsBoth(stage);
		});
	}

	boolean runsBoth(MigrationStage stage) {
		return (this.type == OperationType.READ) ? stage.readsBoth() : stage.writesBoth();
	}

	/**
	 * How often to repeat what depends on a coin.
	 */
	int times() {
		return (this == RANDOM_READ) ? 32 : 1;
	}

	TestEngine engine(MigrationStage stage) {
		return TestEngine.at(stage, (flag) -> flag.readExecution(this.execution));
	}

	Operation operation(TestEngine engine) {
		return engine.operation("find", this.type);
	}

}
