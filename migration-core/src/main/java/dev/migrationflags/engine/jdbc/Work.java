package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;

/**
 * What is done in one transaction. It is done again after a deadlock or a serialisation
 * failure, and must not have an effect outside of its session.
 *
 * @param <T> the type of its result
 */
@FunctionalInterface
interface Work<T> {

	T in(Session session) throws SQLException;

}
