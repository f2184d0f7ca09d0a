package dev.migrationflags;

/**
 * One side of an operation without annotations.
 *
 * @param <P> the payload
 * @param <R> the result
 */
@FunctionalInterface
public interface ThrowingFunction<P, R> {

	/**
	 * Runs this side.
	 * @param payload what the caller passed
	 * @return the result
	 * @throws Exception whatever this side throws; it reaches the caller unchanged
	 */
	R apply(P payload) throws Exception;

}
