package dev.migrationflags.engine.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import dev.migrationflags.flags.TimeInWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database that keeps marks and stages. Each transaction takes a connection from the
 * data source, never that of a caller's transaction, and gives it back as it was. No
 * statement lasts longer than the time-out, and no answer of the server is awaited for
 * longer than that and a second. How long a connection is awaited is up to the data
 * source, which should be no one's but the marks': where callers hold all connections
 * while they wait for their marks, nobody gets on. Transactions read what is committed,
 * whatever the data source is set to; one that is set so anyway saves round trips.
 */
public final class Database {

	private static final Logger logger = LoggerFactory.getLogger(Database.class);

	private static final int ATTEMPTS = 10;

	private static final long PAUSE_NANOS = Duration.ofMillis(3).toNanos();

	private final DataSource dataSource;

	private final Dialect dialect;

	private final int isolation;

	private final int seconds;

	private final boolean embedded;

	private Database(DataSource dataSource, Connection connection, Duration timeout) throws SQLException {
		this.dataSource = dataSource;
		this.dialect = Dialect.of(connection.getMetaData().getDatabaseProductName());
		this.isolation = connection.getTransactionIsolation();
		this.embedded = String.valueOf(connection.getMetaData().getURL()).contains(":h2:mem:");
		this.seconds = seconds(timeout);
	}

	private static int seconds(Duration timeout) {
		return (int) Math.max(1, timeout.toSeconds());
	}

	/**
	 * How long the database itself should let a statement run, so that nothing stays
	 * locked by a process that is stopped or cut off.
	 * @param timeout how long a statement may take, as in {@link #open}
	 * @return a little more, as for the answer of the server
	 */
	public static Duration limit(Duration timeout) {
		return Duration.ofSeconds(seconds(timeout) + 1);
	}

	/**
	 * Connects to a database.
	 * @param dataSource leads to PostgreSQL, MariaDB, MySQL or H2
	 * @param timeout how long a statement may take, in whole seconds and at least one;
	 * below {@code write.deadline} of all flags
	 * @return the database
	 * @throws IllegalStateException if it is out of reach or of another product
	 */
	public static Database open(DataSource dataSource, Duration timeout) {
		try (Connection connection = dataSource.getConnection()) {
			Database database = new Database(dataSource, connection, timeout);
			warnUnlessLimited(connection, timeout);
			return database;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The database of migration.store is out of reach", ex);
		}
	}

	/**
	 * Each statement has a time-out here, which does nothing where this process is
	 * stopped, or does not reach the database any more.
	 */
	private static void warnUnlessLimited(Connection connection, Duration timeout) throws SQLException {
		StatementLimit limit = StatementLimit.of(connection);
		if (limit != null && limit.allows(limit(timeout).plusMillis(1))) {
			logger.warn("Connections of migration.store have {}: what a process has locked that is stopped or cut off "
					+ "stays locked for as long, and holds up the dual writes of all others. Let it be {} on them",
					limit.limit().isZero() ? "no " + limit.setting()
							: limit.setting() + " " + TimeInWords.of(limit.limit()),
					TimeInWords.of(limit(timeout)));
		}
	}

	/**
	 * Creates the tables that do not exist, and makes sure that they can be read.
	 * @param initialization when they are created
	 * @throws IllegalStateException if they cannot be created or read; says what to do
	 */
	public void initialize(Initialization initialization) {
		new Schema(this).initialize(initialization == Initialization.ALWAYS
				|| (initialization == Initialization.EMBEDDED && this.embedded));
	}

	Dialect dialect() {
		return this.dialect;
	}

	/**
	 * Runs one transaction.
	 * @param work what is done in it; repeated after deadlocks and the like
	 * @return its result
	 * @throws SQLException if it failed, possibly after its commit
	 */
	<T> T transaction(Work<T> work) throws SQLException {
		return repeat(work, false);
	}

	/**
	 * Runs one statement that is a transaction of its own.
	 * @param work the statement
	 * @return its result
	 * @throws SQLException if it failed, possibly after its commit
	 */
	<T> T statement(Work<T> work) throws SQLException {
		return repeat(work, true);
	}

	private <T> T repeat(Work<T> work, boolean single) throws SQLException {
		long start = System.nanoTime();
		long limit = Duration.ofSeconds(this.seconds).toNanos();
		for (int attempt = 1;; attempt++) {
			try {
				return once(work, single);
			}
			catch (SQLException ex) {
				if (attempt == ATTEMPTS || System.nanoTime() - start > limit || !this.dialect.repeatable(ex)) {
					throw ex;
				}
			}
			LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS * attempt));
		}
	}

	private <T> T once(Work<T> work, boolean single) throws SQLException {
		try (Connection connection = connect()) {
			boolean autoCommit = connection.getAutoCommit();
			int network = limitNetwork(connection);
			if (this.isolation != Connection.TRANSACTION_READ_COMMITTED) {
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			}
			if (autoCommit != single) {
				connection.setAutoCommit(single);
			}
			boolean done = false;
			try {
				T result = work.in(new Session(connection, this.dialect, this.seconds));
				if (!single) {
					connection.commit();
				}
				done = true;
				return result;
			}
			finally {
				giveBack(connection, done || single, autoCommit, network);
			}
		}
	}

	private Connection connect() throws SQLException {
		try {
			return this.dataSource.getConnection();
		}
		catch (RuntimeException ex) {
			// of a pool that cannot be started, of a proxy
			throw new SQLException("No connection", ex);
		}
	}

	private int limitNetwork(Connection connection) throws SQLException {
		try {
			int before = connection.getNetworkTimeout();
			connection.setNetworkTimeout(Runnable::run, (this.seconds + 1) * 1000);
			return before;
		}
		catch (SQLFeatureNotSupportedException ex) {
			return -1;
		}
	}

	private void giveBack(Connection connection, boolean done, boolean autoCommit, int network) {
		try {
			if (!done) {
				connection.rollback();
			}
			if (connection.getAutoCommit() != autoCommit) {
				connection.setAutoCommit(autoCommit);
			}
			if (this.isolation != Connection.TRANSACTION_READ_COMMITTED) {
				connection.setTransactionIsolation(this.isolation);
			}
			if (network >= 0) {
				connection.setNetworkTimeout(Runnable::run, network);
			}
		}
		catch (SQLException ex) {
			// the connection is broken, which its pool will find; the result stands
		}
	}

}
