package dev.migrationflags.crash.worker;

import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

import javax.sql.DataSource;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One side: a table. A statement carries the time until which it counts, because a server
 * that hangs executes what its client gave up long ago, and against that only the store
 * itself can help.
 */
abstract class Side implements Registers, KeyedStore<Long, Long> {

	/**
	 * Less than the time-outs of the connection, which are less than the write deadline.
	 */
	private static final long STATEMENT_MILLIS = 900;

	private final MigrationOrigin origin;

	private final String table;

	private final DataSource dataSource;

	private final JdbcClient jdbc;

	private final @Nullable TransactionTemplate transactions;

	private final Faults faults;

	private final SeededBugs.Replay replay;

	private final SeededBugs.Misdirected misdirected;

	private @Nullable Side other;

	Side(MigrationOrigin origin, String table, DataSource dataSource, @Nullable TransactionTemplate transactions,
			Faults faults, SeededBugs.Replay replay, SeededBugs.Misdirected misdirected) {
		this.origin = origin;
		this.table = table;
		this.dataSource = dataSource;
		this.jdbc = JdbcClient.create(dataSource);
		this.transactions = transactions;
		this.faults = faults;
		this.replay = replay;
		this.misdirected = misdirected;
	}

	/**
	 * For the bug that lets a write of this side go to the other one.
	 */
	void setOther(Side other) {
		this.other = other;
	}

	@Override
	public @Nullable Long read(long key) {
		return current(key).orElse(null);
	}

	@Override
	public void write(long key, long value) {
		MigrationOrigin first = this.misdirected.take(value);
		if (this.other != null && first == this.origin.other()) {
			SeededBugs.struck();
			this.other.put(key, value);
			return;
		}
		try {
			put(key, value);
		}
		catch (RuntimeException ex) {
			this.replay.failed(key, value);
			throw ex;
		}
	}

	@Override
	public void delete(long key) {
		try {
			remove(key);
		}
		catch (RuntimeException ex) {
			this.replay.failed(key, null);
			throw ex;
		}
	}

	@Override
	public Optional<Long> find(Long key) {
		return this.replay.instead(key, current(key));
	}

	private Optional<Long> current(long key) {
		return this.jdbc.sql("select content from " + this.table + " where id = ?")
			.param(key)
			.query(Long.class)
			.optional();
	}

	@Override
	public void put(Long key, Long value) {
		int rows = changed(key, () -> this.jdbc.sql("insert into " + this.table + """
				 (id, content) select ?, ? where clock_timestamp() < to_timestamp(? / 1000.0)
				on conflict (id) do update set content = excluded.content
				""").params(key, value, System.currentTimeMillis() + STATEMENT_MILLIS).update());
		if (rows == 0) {
			throw new IllegalStateException("The statement came too late");
		}
	}

	@Override
	public void remove(Long key) {
		long deadline = System.currentTimeMillis() + STATEMENT_MILLIS;
		changed(key,
				() -> this.jdbc
					.sql("delete from " + this.table + " where id = ? and clock_timestamp() < to_timestamp(? / 1000.0)")
					.params(key, deadline)
					.update());
		if (System.currentTimeMillis() >= deadline) {
			throw new IllegalStateException("The statement may have come too late");
		}
	}

	@Override
	public List<Long> keysAfter(@Nullable Long last, int limit) {
		return this.jdbc.sql("select id from " + this.table + " where id > ? order by id limit ?")
			.params((last != null) ? last : Long.MIN_VALUE, limit)
			.query(Long.class)
			.list();
	}

	private int changed(long key, IntSupplier statement) {
		CallerTransactions.wrote(TransactionSynchronizationManager.hasResource(this.dataSource));
		this.faults.before(this.origin, key);
		TransactionTemplate template = this.transactions;
		int rows;
		if (template != null) {
			Integer result = template.execute((status) -> statement.getAsInt());
			rows = (result != null) ? result : 0;
		}
		else {
			rows = statement.getAsInt();
		}
		this.faults.after(this.origin);
		return rows;
	}

}
