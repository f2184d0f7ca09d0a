package dev.migrationflags.boot;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.engine.jdbc.StatementLimit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.ClassUtils;

/**
 * The connections of the store. Those of callers will not do: where all of them are held
 * by callers that wait for their marks, nobody gets on. From a pool of HikariCP another
 * one is made, with the same settings.
 *
 * @param dataSource where they come from
 * @param own whether they are nobody else's
 */
record StoreConnections(DataSource dataSource, boolean own) implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(StoreConnections.class);

	private static final boolean HIKARI = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			StoreConnections.class.getClassLoader());

	/**
	 * Finds or makes them.
	 * @param dataSource where those of the application come from
	 * @param limit how long the database lets a statement of the store run, where it is
	 * up to this
	 */
	static StoreConnections of(DataSource dataSource, Duration limit) {
		DataSource own = HIKARI ? Hikari.copy(dataSource, limit) : null;
		if (own == null) {
			logger.info("The store of migrations takes connections from {}: it should have more of them than callers "
					+ "can hold at once", dataSource.getClass().getName());
		}
		return (own != null) ? new StoreConnections(own, true) : new StoreConnections(dataSource, false);
	}

	@Override
	public void close() throws Exception {
		if (this.own && this.dataSource instanceof AutoCloseable closeable) {
			closeable.close();
		}
	}

	/**
	 * Where HikariCP is present.
	 */
	private static final class Hikari {

		private static final int CONNECTIONS = 10;

		private static final long TIMEOUT_MILLIS = 2000;

		/**
		 * For how long a transaction may wait for its next statement: long enough for a
		 * pause of this process, and not for one that has died unnoticed.
		 */
		private static final Duration IDLE = Duration.ofSeconds(10);

		private static @Nullable DataSource copy(DataSource dataSource, Duration limit) {
			try {
				if (!dataSource.isWrapperFor(HikariDataSource.class)) {
					return null;
				}
				HikariConfig config = new HikariConfig();
				dataSource.unwrap(HikariDataSource.class).copyStateTo(config);
				config.setPoolName("migration-store");
				config.setMetricsTrackerFactory(null);
				config.setMaximumPoolSize(CONNECTIONS);
				config.setMinimumIdle(1);
				config.setConnectionTimeout(TIMEOUT_MILLIS);
				config.setAutoCommit(true);
				config.setReadOnly(false);
				config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
				// whoever opens the store says what is wrong
				config.setInitializationFailTimeout(-1);
				if (config.getConnectionInitSql() == null) {
					config.setConnectionInitSql(limits(config, limit));
				}
				return new HikariDataSource(config);
			}
			catch (SQLException ex) {
				return null;
			}
		}

		/**
		 * What is set on each connection depends on the database, which only a connection
		 * knows.
		 */
		private static @Nullable String limits(HikariConfig config, Duration limit) {
			HikariConfig one = new HikariConfig();
			config.copyStateTo(one);
			one.setPoolName("migration-store-first");
			one.setMaximumPoolSize(1);
			try (HikariDataSource pool = new HikariDataSource(one); Connection connection = pool.getConnection()) {
				return StatementLimit.toSet(connection, limit, IDLE);
			}
			catch (SQLException ex) {
				logger.debug("The store of migrations cannot be asked for its limits", ex);
				return null;
			}
		}

	}

}
