package dev.migrationflags.engine.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * How long a database itself lets a statement of a connection run, whether or not the
 * application still waits for it.
 *
 * @param setting the name of the setting
 * @param limit the limit; zero means none
 */
public record StatementLimit(String setting, Duration limit) {

	/**
	 * Asks a connection.
	 * @param connection the connection
	 * @return what it says, or {@code null} if the database has no such setting for
	 * writes (MySQL, H2) or is not known
	 * @throws SQLException if it cannot be asked
	 */
	public static @Nullable StatementLimit of(Connection connection) throws SQLException {
		return switch (product(connection)) {
			case "postgresql" -> new StatementLimit("statement_timeout", Duration
				.ofMillis(ask(connection, "select setting from pg_settings where name = 'statement_timeout'", 1)));
			case "mariadb" -> new StatementLimit("max_statement_time",
					Duration.ofMillis(ask(connection, "select @@max_statement_time", 1000)));
			default -> null;
		};
	}

	/**
	 * The statement that has a database give up statements, and transactions that nobody
	 * goes on with: without it, what a process has locked that is stopped, or cut off,
	 * stays locked until somebody finds out.
	 * @param connection a connection to the database
	 * @param statement how long a statement may take
	 * @param idle how long a transaction may wait for its next statement
	 * @return what is executed once on each new connection, or {@code null} if the
	 * database has no such settings
	 * @throws SQLException if it cannot be asked
	 */
	public static @Nullable String toSet(Connection connection, Duration statement, Duration idle) throws SQLException {
		return switch (product(connection)) {
			case "postgresql" ->
				"select set_config('statement_timeout', '%d', false), set_config('idle_in_transaction_session_timeout', '%d', false)"
					.formatted(statement.toMillis(), idle.toMillis());
			case "mariadb" ->
				"set session max_statement_time = %1$d, innodb_lock_wait_timeout = %1$d, idle_transaction_timeout = %2$d"
					.formatted(statement.toSeconds(), idle.toSeconds());
			case "mysql" -> "set session innodb_lock_wait_timeout = %d".formatted(statement.toSeconds());
			default -> null;
		};
	}

	/**
	 * The driver of MySQL takes MariaDB for MySQL, but for its version.
	 */
	private static String product(Connection connection) throws SQLException {
		String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
		String version = connection.getMetaData().getDatabaseProductVersion().toLowerCase(Locale.ROOT);
		return (product.equals("mysql") && version.contains("mariadb")) ? "mariadb" : product;
	}

	private static long ask(Connection connection, String sql, int factor) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() ? Math.round(row.getDouble(1) * factor) : 0;
		}
	}

	/**
	 * Whether a statement may still run when some time is over.
	 * @param time the time
	 * @return whether there is no limit, or none below
	 */
	public boolean allows(Duration time) {
		return this.limit.isZero() || this.limit.compareTo(time) >= 0;
	}

}
