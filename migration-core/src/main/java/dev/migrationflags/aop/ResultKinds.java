package dev.migrationflags.aop;

import dev.migrationflags.engine.ResultKind;

/**
 * Tells from the return type of a method how it gives its results. By name: Reactor need
 * not be there.
 */
final class ResultKinds {

	private ResultKinds() {
	}

	static ResultKind of(MigrationMethod method) {
		return switch (method.returnType().resolve(Object.class).getName()) {
			case "java.util.concurrent.CompletableFuture" -> ResultKind.FUTURE;
			case "reactor.core.publisher.Mono" -> ResultKind.MONO;
			case "reactor.core.publisher.Flux" -> ResultKind.FLUX;
			default -> ResultKind.VALUE;
		};
	}

}
