package dev.migrationflags.engine.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * In what the databases differ.
 */
enum Dialect {

	/**
	 * PostgreSQL. The weakest lock of a row is enough for those who look at a flag: it
	 * lets holds be announced under a stream of writes, and keeps out who locks the row
	 * for update.
	 */
	POSTGRESQL("postgresql", "(extract(epoch from clock_timestamp()) * 1000)::bigint", "for key share"),

	/**
	 * MariaDB and MySQL. The time in UTC does not jump with daylight saving.
	 */
	MYSQL("mysql", "(timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000)", "lock in share mode"),

	/**
	 * H2, which has no shared locks of rows.
	 */
	H2("h2", "datediff(millisecond, timestamp with time zone '1970-01-01 00:00:00+00', current_timestamp)",
			"for update");

	private static final int MYSQL_LOCK_WAIT_TIMEOUT = 1205;

	private static final int MARIADB_RECORD_CHANGED = 1020;

	private static final int H2_LOCK_TIMEOUT = 50200;

	private static final int H2_CONCURRENT_UPDATE = 90131;

	private final String script;

	private final String clock;

	private final String shared;

	Dialect(String script, String clock, String shared) {
		this.script = script;
		this.clock = clock;
		this.shared = shared;
	}

	static Dialect of(String product) {
		return switch (product.toLowerCase(Locale.ROOT)) {
			case "postgresql" -> POSTGRESQL;
			case "mariadb", "mysql" -> MYSQL;
			case "h2" -> H2;
			default -> throw new IllegalStateException(
					"migration.store.type=jdbc needs PostgreSQL, MariaDB, MySQL or H2, and the data source leads to "
							+ product);
		};
	}

	/**
	 * The name of the script that creates the tables.
	 */
	String script() {
		return "schema-" + this.script + ".sql";
	}

	/**
	 * The time in milliseconds since 1970, by the clock of the database.
	 */
	String clock() {
		return this.clock;
	}

	/**
	 * Locks a row against changes of who locks it {@code for update}, not against others
	 * that share it.
	 */
	String shared() {
		return this.shared;
	}

	/**
	 * A key as the database keeps it.
	 */
	Object key(String key) {
		return (this == MYSQL) ? key.getBytes(StandardCharsets.UTF_8) : key;
	}

	/**
	 * A key that the database has kept.
	 */
	@Nullable String key(ResultSet row, int column) throws SQLException {
		if (this == MYSQL) {
			byte[] bytes = row.getBytes(column);
			return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : null;
		}
		return row.getString(column);
	}

	/**
	 * Whether a transaction surely did nothing, and may do it if it is repeated.
	 */
	boolean repeatable(SQLException ex) {
		String state = (ex.getSQLState() != null) ? ex.getSQLState() : "";
		if (state.startsWith("40") && !state.equals("40003")) {
			return true;
		}
		return switch (this) {
			case POSTGRESQL -> state.equals("55P03");
			case MYSQL -> ex.getErrorCode() == MYSQL_LOCK_WAIT_TIMEOUT || ex.getErrorCode() == MARIADB_RECORD_CHANGED;
			case H2 -> ex.getErrorCode() == H2_LOCK_TIMEOUT || ex.getErrorCode() == H2_CONCURRENT_UPDATE;
		};
	}

	/**
	 * Whether somebody else was the first to insert a row.
	 */
	boolean duplicate(SQLException ex) {
		return "23505".equals(ex.getSQLState()) || (this == MYSQL && ex.getErrorCode() == 1062);
	}

}
