package dev.migrationflags.engine;

/**
 * When and how often an operation gives its result: decided once, from the return type.
 */
public enum ResultKind {

	/**
	 * A value, there when the method returns.
	 */
	VALUE,

	/**
	 * A {@link java.util.concurrent.CompletableFuture}: the call is when the method is
	 * called, the value comes later.
	 */
	FUTURE,

	/**
	 * A Reactor {@code Mono}: each subscription is a call, and gives one value or none.
	 */
	MONO,

	/**
	 * A Reactor {@code Flux}: each subscription is a call, and gives any number of
	 * values.
	 */
	FLUX

}
