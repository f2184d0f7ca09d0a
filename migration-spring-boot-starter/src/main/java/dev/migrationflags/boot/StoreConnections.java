package dev.migrationflags.boot;

import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
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

	static StoreConnections of(DataSource dataSource) {
		DataSource own = HIKARI ? Hikari.copy(dataSource) : null;
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

		private static @Nullable DataSource copy(DataSource dataSource) {
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
				return new HikariDataSource(config);
			}
			catch (SQLException ex) {
				return null;
			}
		}

	}

}
