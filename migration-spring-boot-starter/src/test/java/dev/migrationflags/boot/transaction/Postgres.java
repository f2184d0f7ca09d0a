package dev.migrationflags.boot.transaction;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * One PostgreSQL server for all tests of this JVM, with a database per side.
 */
public final class Postgres {

	public static final String OLD = "side_old";

	static final String NEW = "side_new";

	private static final EmbeddedPostgres SERVER = start();

	private Postgres() {
	}

	private static EmbeddedPostgres start() {
		try {
			Path directory = Files.createTempDirectory("migration-transactions-");
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setOverrideWorkingDirectory(directory.toFile())
				.setDataDirectory(directory.resolve("data"))
				.setRegisterShutdownHook(false)
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, directory), "stop-postgres"));
			JdbcTemplate admin = new JdbcTemplate(server.getPostgresDatabase());
			for (String database : List.of(OLD, NEW)) {
				admin.execute("create database " + database);
				JdbcTemplate jdbc = new JdbcTemplate(server.getDatabase("postgres", database));
				jdbc.execute("create table item (id text primary key, content text, seq serial)");
				jdbc.execute("create table item_copy (id text primary key, content text, seq serial)");
			}
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void stop(EmbeddedPostgres server, Path directory) {
		try {
			server.close();
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static HikariDataSource pool(String database, int size) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(SERVER.getJdbcUrl("postgres", database));
		pool.setMaximumPoolSize(size);
		pool.setMinimumIdle(0);
		pool.setPoolName(database);
		return pool;
	}

	/**
	 * A connection of its own for each statement: sees what is committed.
	 */
	static JdbcTemplate outside(String database) {
		return new JdbcTemplate(SERVER.getDatabase("postgres", database));
	}

	static List<String> ids(String database) {
		return ids(database, "item");
	}

	static List<String> ids(String database, String table) {
		return outside(database).queryForList("select id from " + table + " order by seq", String.class);
	}

	static void clear() {
		for (String database : List.of(OLD, NEW)) {
			outside(database).execute("truncate item, item_copy");
		}
	}

}
