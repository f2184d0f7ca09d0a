package dev.migrationflags.sample.orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * Two PostgreSQL servers of our own in a temporary directory, the new one with a second
 * database. All of it goes with this object, and with the process, also if it is stopped
 * while the servers start.
 */
final class PostgresServers implements OrderServers, AutoCloseable {

	private static final String DATABASE = "migrations";

	private final Thread shutdownHook = new Thread(this::stop, "stop-postgres");

	private final List<EmbeddedPostgres> servers = new ArrayList<>();

	private @Nullable Path directory;

	PostgresServers() {
		// before the start, or a process that is stopped meanwhile leaves servers behind
		Runtime.getRuntime().addShutdownHook(this.shutdownHook);
		start();
	}

	private synchronized void start() {
		try {
			// binaries too: the usual directory is shared by all users of the machine,
			// and
			// belongs to the first
			Path temporary = Files.createTempDirectory("migration-sample-");
			this.directory = temporary;
			this.servers.add(server(temporary, "old"));
			this.servers.add(server(temporary, "new"));
			createDatabase(this.servers.get(1));
		}
		catch (IOException | SQLException ex) {
			close();
			throw new IllegalStateException("PostgreSQL does not start", ex);
		}
	}

	/**
	 * For what the framework keeps: not in the database of either side.
	 */
	private static void createDatabase(EmbeddedPostgres server) throws SQLException {
		try (Connection connection = server.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create database " + DATABASE);
		}
	}

	private static EmbeddedPostgres server(Path directory, String name) throws IOException {
		return EmbeddedPostgres.builder()
			.setOverrideWorkingDirectory(directory.toFile())
			.setDataDirectory(directory.resolve(name))
			.setRegisterShutdownHook(false)
			.start();
	}

	@Override
	public synchronized String url(String property) {
		EmbeddedPostgres server = this.servers.get(property.equals(OLD) ? 0 : 1);
		return server.getJdbcUrl("postgres", property.equals(MIGRATIONS) ? DATABASE : "postgres");
	}

	private synchronized void stop() {
		try {
			for (EmbeddedPostgres server : this.servers) {
				server.close();
			}
			this.servers.clear();
			if (this.directory != null) {
				FileSystemUtils.deleteRecursively(this.directory);
				this.directory = null;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		stop();
		try {
			Runtime.getRuntime().removeShutdownHook(this.shutdownHook);
		}
		catch (IllegalStateException ex) {
			// the process is ending anyway
		}
	}

}
