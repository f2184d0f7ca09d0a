package dev.migrationflags.engine;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A kind of result that comes later: a parameter of tests that hold for all of them.
 */
enum AsyncForm {

	FUTURE(ResultKind.FUTURE) {

		@Override
		Object of(CompletableFuture<String> source) {
			return source;
		}

		@Override
		@SuppressWarnings("unchecked")
		CompletableFuture<String> begin(Object result) {
			return (CompletableFuture<String>) result;
		}

	},

	MONO(ResultKind.MONO) {

		@Override
		Object of(CompletableFuture<String> source) {
			return Mono.fromFuture(source);
		}

		@Override
		@SuppressWarnings("unchecked")
		CompletableFuture<String> begin(Object result) {
			return ((Mono<String>) result).toFuture();
		}

	},

	FLUX(ResultKind.FLUX) {

		@Override
		Object of(CompletableFuture<String> source) {
			return Mono.fromFuture(source).flux();
		}

		@Override
		@SuppressWarnings("unchecked")
		CompletableFuture<String> begin(Object result) {
			return ((Flux<String>) result).single().toFuture();
		}

		@Override
		@Nullable Object result(String value) {
			return null;
		}

	};

	private final ResultKind kind;

	AsyncForm(ResultKind kind) {
		this.kind = kind;
	}

	static Stream<Arguments> everyReadAtEveryStage() {
		return Stream.of(MigrationStage.values()).flatMap(AsyncForm::reads);
	}

	static Stream<Arguments> everyDualRead() {
		return Stream.of(MigrationStage.SHADOW, MigrationStage.LIVE).flatMap(AsyncForm::reads);
	}

	/**
	 * The modes in which the caller waits for the secondary.
	 */
	static Stream<Arguments> everyAwaitedRead() {
		return everyDualRead().filter((arguments) -> arguments.get()[2] != ReadExecution.DETACHED);
	}

	static Stream<Arguments> everyDetachedRead() {
		return everyDualRead().filter((arguments) -> arguments.get()[2] == ReadExecution.DETACHED);
	}

	static Stream<Arguments> everyDualReadOfAFuture() {
		return everyDualRead().filter((arguments) -> arguments.get()[0] == FUTURE);
	}

	private static Stream<Arguments> reads(MigrationStage stage) {
		return Stream.of(values())
			.flatMap((form) -> Stream.of(ReadExecution.values()).map((execution) -> arguments(form, stage, execution)));
	}

	static Stream<Arguments> everyWriteAtEveryStage() {
		return Stream.of(MigrationStage.values())
			.flatMap((stage) -> Stream.of(values()).map((form) -> arguments(form, stage)));
	}

	static Stream<Arguments> everyDualWrite() {
		return everyWriteAtEveryStage().filter((arguments) -> ((MigrationStage) arguments.get()[1]).writesBoth());
	}

	Operation operation(TestEngine engine, OperationType type) {
		return operation(engine, engine.engine, type);
	}

	Operation operation(TestEngine engine, Engine other, OperationType type) {
		return operation(other, OperationSpec.of(engine.flag, "find", type));
	}

	Operation operation(Engine engine, OperationSpec spec) {
		return engine.operation(spec, this.kind);
	}

	/**
	 * A result that ends as a future does, and cancels it.
	 */
	abstract Object of(CompletableFuture<String> source);

	/**
	 * The one value of what an operation returned, now or once subscribed to.
	 */
	abstract CompletableFuture<String> begin(Object result);

	/**
	 * What the mirror of a write sees.
	 */
	@Nullable Object result(String value) {
		return value;
	}

	CompletableFuture<String> call(Operation operation, Call call) throws Throwable {
		return begin(Objects.requireNonNull(operation.execute(call)));
	}

}
