package dev.migrationflags;

/**
 * Builds a {@link Migrator}. Not safe for use by several threads.
 *
 * @param <P> the payload
 * @param <R> the result of the read
 * @param <W> the result of the write
 */
public interface MigratorBuilder<P, R, W> {

	/**
	 * Names the operation; the flag's key by default.
	 * @param name the name, as in metrics
	 * @return this
	 */
	MigratorBuilder<P, R, W> operation(String name);

	/**
	 * The two sides of the read.
	 * @param oldSide the old side
	 * @param newSide the new side
	 * @return this
	 */
	MigratorBuilder<P, R, W> read(ThrowingFunction<P, R> oldSide, ThrowingFunction<P, R> newSide);

	/**
	 * The two sides of the read, and how to compare their results.
	 * @param oldSide the old side
	 * @param newSide the new side
	 * @param comparator decides whether two results are the same
	 * @return this
	 */
	MigratorBuilder<P, R, W> read(ThrowingFunction<P, R> oldSide, ThrowingFunction<P, R> newSide,
			ResultComparator<R> comparator);

	/**
	 * The two sides of the write.
	 * @param oldSide the old side
	 * @param newSide the new side
	 * @return this
	 */
	MigratorBuilder<P, R, W> write(ThrowingFunction<P, W> oldSide, ThrowingFunction<P, W> newSide);

	/**
	 * How a dual read runs; that of the flag by default.
	 * @param execution the mode
	 * @return this
	 */
	MigratorBuilder<P, R, W> readExecution(ReadExecution execution);

	/**
	 * Whether successes are recorded in {@code migration.calls}; that of the flag by
	 * default.
	 * @param track whether to record
	 * @return this
	 */
	MigratorBuilder<P, R, W> trackLatency(boolean track);

	/**
	 * Whether failures are recorded in {@code migration.calls}; that of the flag by
	 * default.
	 * @param track whether to record
	 * @return this
	 */
	MigratorBuilder<P, R, W> trackErrors(boolean track);

	/**
	 * Builds the migrator.
	 * @return the migrator
	 * @throws IllegalStateException if there is neither a read nor a write
	 */
	Migrator<P, R, W> build();

}
