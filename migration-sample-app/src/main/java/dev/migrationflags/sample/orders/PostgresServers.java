package dev.migrationflags.sample.orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * Two PostgreSQL servers of our own in a temporary directory. All of it goes with this
 * object, and with the process, also if it is stopped while the servers start.
 */
final class PostgresServers implements AutoCloseable {

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
		}
		catch (IOException ex) {
			close();
			throw new UncheckedIOException(ex);
		}
	}

	private static EmbeddedPostgres server(Path directory, String name) throws IOException {
		return EmbeddedPostgres.builder()
			.setOverrideWorkingDirectory(directory.toFile())
			.setDataDirectory(directory.resolve(name))
			.setRegisterShutdownHook(false)
			.start();
	}

	synchronized HikariDataSource oldSide() {
		return dataSource("old", this.servers.get(0));
	}

	synchronized HikariDataSource newSide() {
		return dataSource("new", this.servers.get(1));
	}

	private static HikariDataSource dataSource(String name, EmbeddedPostgres server) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setPoolName(name);
		dataSource.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
		// more than there are request threads at work: a dual write holds one of each
		dataSource.setMaximumPoolSize(20);
		return dataSource;
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
