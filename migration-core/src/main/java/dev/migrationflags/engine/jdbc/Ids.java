package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;

/**
 * Numbers that are never used again, by no node and after no restart: taken from the
 * database in blocks, of which a process that ends loses the rest.
 */
final class Ids {

	private static final int BLOCK = 1000;

	private final Database database;

	private long next;

	private long end;

	Ids(Database database) {
		this.database = database;
	}

	synchronized long next() throws SQLException {
		if (this.next == this.end) {
			long end = this.database.transaction((session) -> {
				session.update("update migration_counter set next_value = next_value + ? where name = 'id'", BLOCK);
				Long value = session.one("select next_value from migration_counter where name = 'id'",
						(row) -> row.getLong(1));
				if (value == null) {
					throw new SQLException(
							"migration_counter has lost its row 'id': insert it with a number larger than "
									+ "all in migration_mark and migration_writer");
				}
				return value;
			});
			this.next = end - BLOCK;
			this.end = end;
		}
		return this.next++;
	}

}
