package dev.migrationflags.benchmarks.marks;

import java.io.IOException;
import java.io.UncheckedIOException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.boot.MigrationDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Two servers, one for each side; the marks are in a database beside that of the old
 * side. What they have committed is on disk.
 */
@Configuration(proxyBeanMethods = false)
class Databases {

	static final String OLD = "oldRows";

	static final String NEW = "newRows";

	@Bean(destroyMethod = "close")
	EmbeddedPostgres oldServer() {
		return server();
	}

	@Bean(destroyMethod = "close")
	EmbeddedPostgres newServer() {
		return server();
	}

	@Bean
	@MigrationDataSource
	HikariDataSource marks(EmbeddedPostgres oldServer) {
		JdbcClient.create(oldServer.getPostgresDatabase()).sql("create database marks").update();
		return pool(oldServer, "marks");
	}

	@Bean(defaultCandidate = false)
	HikariDataSource oldPool(EmbeddedPostgres oldServer) {
		return pool(oldServer, "postgres");
	}

	@Bean(defaultCandidate = false)
	HikariDataSource newPool(EmbeddedPostgres newServer) {
		return pool(newServer, "postgres");
	}

	@Bean(OLD)
	JdbcClient oldRows(@Qualifier("oldPool") DataSource pool) {
		return withTable(pool);
	}

	@Bean(NEW)
	JdbcClient newRows(@Qualifier("newPool") DataSource pool) {
		return withTable(pool);
	}

	private static JdbcClient withTable(DataSource pool) {
		JdbcClient jdbc = JdbcClient.create(pool);
		jdbc.sql(Rows.TABLE).update();
		return jdbc;
	}

	private static HikariDataSource pool(EmbeddedPostgres server, String database) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(server.getJdbcUrl("postgres", database));
		pool.setMaximumPoolSize(8);
		return pool;
	}

	private static EmbeddedPostgres server() {
		try {
			return EmbeddedPostgres.builder()
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("fsync", "on")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
