package dev.migrationflags.engine.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Statements of one transaction, none of which lasts longer than the time-out of the
 * database.
 */
final class Session {

	private final Connection connection;

	private final Dialect dialect;

	private final int seconds;

	Session(Connection connection, Dialect dialect, int seconds) {
		this.connection = connection;
		this.dialect = dialect;
		this.seconds = seconds;
	}

	Dialect dialect() {
		return this.dialect;
	}

	Connection connection() {
		return this.connection;
	}

	/**
	 * A statement with the time-out, for what the other methods do not do.
	 */
	PreparedStatement prepare(String sql) throws SQLException {
		PreparedStatement statement = this.connection.prepareStatement(sql);
		try {
			statement.setQueryTimeout(this.seconds);
			return statement;
		}
		catch (SQLException ex) {
			statement.close();
			throw ex;
		}
	}

	int update(String sql, @Nullable Object... arguments) throws SQLException {
		try (PreparedStatement statement = prepare(sql)) {
			set(statement, arguments);
			return statement.executeUpdate();
		}
	}

	void batch(String sql, List<@Nullable Object[]> rows) throws SQLException {
		if (rows.size() == 1) {
			update(sql, rows.get(0));
		}
		else if (!rows.isEmpty()) {
			try (PreparedStatement statement = prepare(sql)) {
				for (@Nullable
				Object[] row : rows) {
					set(statement, row);
					statement.addBatch();
				}
				statement.executeBatch();
			}
		}
	}

	<T> List<T> query(String sql, Row<T> mapper, @Nullable Object... arguments) throws SQLException {
		try (PreparedStatement statement = prepare(sql)) {
			set(statement, arguments);
			try (ResultSet rows = statement.executeQuery()) {
				List<T> result = new ArrayList<>();
				while (rows.next()) {
					result.add(mapper.of(rows));
				}
				return result;
			}
		}
	}

	/**
	 * The only row, or {@code null} if there is none.
	 */
	<T> @Nullable T one(String sql, Row<T> mapper, @Nullable Object... arguments) throws SQLException {
		List<T> rows = query(sql, mapper, arguments);
		return rows.isEmpty() ? null : rows.get(0);
	}

	/**
	 * The time in milliseconds since 1970, by the clock of the database.
	 */
	long now() throws SQLException {
		Long now = one("select " + this.dialect.clock(), (row) -> row.getLong(1));
		return (now != null) ? now : 0;
	}

	private static void set(PreparedStatement statement, @Nullable Object[] arguments) throws SQLException {
		for (int i = 0; i < arguments.length; i++) {
			statement.setObject(i + 1, arguments[i]);
		}
	}

	/**
	 * Reads a row.
	 *
	 * @param <T> what it becomes
	 */
	@FunctionalInterface
	interface Row<T> {

		T of(ResultSet row) throws SQLException;

	}

}
