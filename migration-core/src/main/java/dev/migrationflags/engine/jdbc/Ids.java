package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Numbers that are never used again, by no node and after no restart: taken from the
 * database in blocks, of which a process that ends loses the rest. While the database is
 * away one caller asks for the next block, and those who have waited for it fail with it:
 * one after the other they would wait for as long as there are callers.
 */
final class Ids {

	private static final int BLOCK = 1000;

	private final Database database;

	private final ReentrantLock lock = new ReentrantLock();

	private long next;

	private long end;

	private @Nullable SQLException failure;

	private long failedAt;

	Ids(Database database) {
		this.database = database;
	}

	long next() throws SQLException {
		long asked = System.nanoTime();
		this.lock.lock();
		try {
			if (this.next == this.end) {
				if (this.failure != null && this.failedAt - asked >= 0) {
					throw new SQLException("Nobody could get a number", this.failure.getSQLState(), this.failure);
				}
				take();
			}
			return this.next++;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void take() throws SQLException {
		try {
			long end = this.database.transaction(Ids::block);
			this.next = end - BLOCK;
			this.end = end;
			this.failure = null;
		}
		catch (SQLException ex) {
			this.failure = ex;
			this.failedAt = System.nanoTime();
			throw ex;
		}
	}

	private static long block(Session session) throws SQLException {
		session.update("update migration_counter set next_value = next_value + ? where name = 'id'", BLOCK);
		Long value = session.one("select next_value from migration_counter where name = 'id'", (row) -> row.getLong(1));
		if (value == null) {
			throw new SQLException("migration_counter has lost its row 'id': insert it with a number larger than "
					+ "all in migration_mark and migration_writer");
		}
		return value;
	}

	/**
	 * How many callers wait for a block.
	 */
	int waiting() {
		return this.lock.getQueueLength();
	}

}
