package dev.migrationflags;

/**
 * The way in without annotations, for code that is not a Spring bean.
 */
public interface MigratorFactory {

	/**
	 * Starts a migrator under a flag.
	 * @param flag the key of the flag
	 * @param <P> the payload
	 * @param <R> the result of the read
	 * @param <W> the result of the write
	 * @return a builder
	 * @throws UnknownFlagException if nobody has defined the flag
	 */
	<P, R, W> MigratorBuilder<P, R, W> migrator(String flag);

}
