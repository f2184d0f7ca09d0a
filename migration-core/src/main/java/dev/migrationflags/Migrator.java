package dev.migrationflags;

/**
 * A migrated read and write without annotations, on the same engine, metrics and rules.
 * Safe for use by several threads.
 *
 * @param <P> the payload
 * @param <R> the result of the read
 * @param <W> the result of the write
 */
public interface Migrator<P, R, W> {

	/**
	 * Reads for the current context.
	 * @param payload what is passed to the sides
	 * @return the authoritative result
	 * @throws Exception what the authoritative side threw, unchanged
	 * @throws UnsupportedOperationException if built without a read
	 */
	R read(P payload) throws Exception;

	/**
	 * Reads for a context.
	 * @param payload what is passed to the sides
	 * @param context whom the call is for
	 * @return the authoritative result
	 * @throws Exception what the authoritative side threw, unchanged
	 * @throws UnsupportedOperationException if built without a read
	 */
	R read(P payload, MigrationContext context) throws Exception;

	/**
	 * Writes for the current context.
	 * @param payload what is passed to the sides
	 * @return the authoritative result
	 * @throws Exception what the authoritative side threw, unchanged
	 * @throws UnsupportedOperationException if built without a write
	 */
	W write(P payload) throws Exception;

	/**
	 * Writes for a context.
	 * @param payload what is passed to the sides
	 * @param context whom the call is for
	 * @return the authoritative result
	 * @throws Exception what the authoritative side threw, unchanged
	 * @throws UnsupportedOperationException if built without a write
	 */
	W write(P payload, MigrationContext context) throws Exception;

}
