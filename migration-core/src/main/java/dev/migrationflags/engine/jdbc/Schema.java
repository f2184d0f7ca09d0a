package dev.migrationflags.engine.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/**
 * The tables. Their names are fixed; a schema of their own is a matter of the data
 * source.
 */
final class Schema {

	private static final List<String> TABLES = List.of("migration_flag", "migration_change", "migration_node",
			"migration_mark", "migration_writer", "migration_provisional", "migration_sync", "migration_counter");

	private static final int ATTEMPTS = 5;

	private final Database database;

	Schema(Database database) {
		this.database = database;
	}

	void initialize(boolean create) {
		String script = "dev/migrationflags/engine/jdbc/" + this.database.dialect().script();
		try {
			if (create) {
				create();
			}
			for (String table : TABLES) {
				this.database.transaction(
						(session) -> session.query("select 1 from " + table + " where 1 = 0", (row) -> row.getInt(1)));
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(
					"The tables of migration.store cannot be " + (create ? "created" : "read") + ": create them with "
							+ script + " of migration-core, or let migration.store.initialize-schema=always do it",
					ex);
		}
	}

	/**
	 * Two nodes that start at once may be in each other's way, even with
	 * {@code if not exists}.
	 */
	private void create() throws SQLException {
		for (int attempt = 1;; attempt++) {
			try {
				for (String statement : statements(this.database.dialect())) {
					this.database.transaction((session) -> session.update(statement));
				}
				return;
			}
			catch (SQLException ex) {
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private static List<String> statements(Dialect dialect) {
		try (InputStream script = Schema.class.getResourceAsStream(dialect.script())) {
			if (script == null) {
				throw new IllegalStateException("migration-core lacks " + dialect.script());
			}
			String text = new String(script.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
			return Arrays.stream(text.split(";", -1)).map(String::strip).filter((sql) -> !sql.isEmpty()).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
