package dev.migrationflags.engine.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.migrationflags.MigrationException;
import dev.migrationflags.SyncStatus.Kind;
import dev.migrationflags.SyncStatus.State;
import dev.migrationflags.engine.sync.Checkpoint;
import dev.migrationflags.engine.sync.SyncStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps how far backfills and verifications are, for all nodes, by the clock of the
 * database.
 */
public final class JdbcSyncs implements SyncStore {

	private static final String RUNNING = State.RUNNING.key();

	private static final String OWNED = " where flag = ? and owner = ? and state = '" + RUNNING + "'";

	private final Database database;

	private final String clock;

	/**
	 * Creates a store.
	 * @param database where the tables are, initialised
	 */
	public JdbcSyncs(Database database) {
		this.database = database;
		this.clock = database.dialect().clock();
	}

	@Override
	public Map<String, Checkpoint> find(Collection<String> flags) {
		return attempt(() -> this.database.transaction((session) -> {
			Map<String, Checkpoint> found = new LinkedHashMap<>();
			session.query(select(""), (row) -> found.put(row.getString(1), checkpoint(session.dialect(), row)));
			found.keySet().retainAll(flags);
			return found;
		}));
	}

	private String select(String where) {
		return "select flag, kind, state, epoch, orphans, last_key, done, total, differences, unsettled, rate, "
				+ this.clock + " - started_at, " + this.clock + " - updated_at, owner, lease_until - " + this.clock
				+ " from migration_sync" + where;
	}

	private static Checkpoint checkpoint(Dialect dialect, ResultSet row) throws SQLException {
		long total = row.getLong(8);
		boolean unknown = row.wasNull();
		return new Checkpoint(kind(row.getString(2)), state(row.getString(3)), row.getLong(4), row.getBoolean(5),
				dialect.key(row, 6), row.getLong(7), unknown ? null : total, row.getLong(9), row.getLong(10),
				row.getDouble(11), millis(row, 12), millis(row, 13));
	}

	private static Duration millis(ResultSet row, int column) throws SQLException {
		return Duration.ofMillis(Math.max(0, row.getLong(column)));
	}

	private static Kind kind(String key) throws SQLException {
		for (Kind kind : Kind.values()) {
			if (kind.key().equals(key)) {
				return kind;
			}
		}
		throw new SQLException("migration_sync has a kind that is none");
	}

	private static State state(String key) throws SQLException {
		for (State state : State.values()) {
			if (state.key().equals(key)) {
				return state;
			}
		}
		throw new SQLException("migration_sync has a state that is none");
	}

	@Override
	public boolean start(String flag, Checkpoint first) {
		return attempt(() -> this.database.transaction((session) -> {
			State state = session.one("select state from migration_sync where flag = ? for update",
					(row) -> state(row.getString(1)), flag);
			if (state == State.RUNNING) {
				return false;
			}
			Object key = (first.last() != null) ? session.dialect().key(first.last()) : null;
			@Nullable Object[] values = { first.kind().key(), first.state().key(), first.epoch(), first.orphans(), key,
					first.done(), first.total(), first.differences(), first.unsettled(), first.rate(),
					first.age().toMillis(), flag };
			String set = (state != null)
					? "update migration_sync set kind = ?, state = ?, epoch = ?, orphans = ?, last_key = ?, done = ?, total = ?, differences = ?, unsettled = ?, rate = ?, started_at = %s - ?, updated_at = %s, owner = null, lease_until = null where flag = ?"
					: "insert into migration_sync (kind, state, epoch, orphans, last_key, done, total, differences, unsettled, rate, started_at, updated_at, flag) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, %s - ?, %s, ?)";
			try {
				return session.update(set.formatted(this.clock, this.clock), values) == 1;
			}
			catch (SQLException ex) {
				if (session.dialect().duplicate(ex)) {
					return false;
				}
				throw ex;
			}
		}));
	}

	@Override
	public @Nullable Checkpoint take(String flag, String owner, Duration lease) {
		return attempt(() -> this.database.transaction((session) -> {
			List<Checkpoint> free = session
				.query(select(" where flag = ? for update"),
						(row) -> isFree(row) ? Optional.of(checkpoint(session.dialect(), row))
								: Optional.<Checkpoint>empty(),
						flag)
				.stream()
				.flatMap(Optional::stream)
				.filter((found) -> found.state() == State.RUNNING)
				.toList();
			if (free.isEmpty()) {
				return Optional.<Checkpoint>empty();
			}
			session.update("update migration_sync set owner = ?, lease_until = " + this.clock + " + ? where flag = ?",
					owner, lease.toMillis(), flag);
			return Optional.of(free.get(0));
		})).orElse(null);
	}

	private static boolean isFree(ResultSet row) throws SQLException {
		return row.getString(14) == null || row.getLong(15) <= 0;
	}

	@Override
	public boolean renew(String flag, String owner, Duration lease) {
		return attempt(() -> this.database.statement(
				(session) -> session.update("update migration_sync set lease_until = " + this.clock + " + ?" + OWNED,
						lease.toMillis(), flag, owner) == 1));
	}

	@Override
	public boolean keep(String flag, String owner, Checkpoint at) {
		return attempt(() -> this.database.statement((session) -> session.update(
				"update migration_sync set state = ?, epoch = ?, orphans = ?, last_key = ?, done = ?, total = ?, differences = ?, unsettled = ?, rate = ?, updated_at = "
						+ this.clock + OWNED,
				at.state().key(), at.epoch(), at.orphans(),
				(at.last() != null) ? session.dialect().key(at.last()) : null, at.done(), at.total(), at.differences(),
				at.unsettled(), at.rate(), flag, owner) == 1));
	}

	@Override
	public void release(String flag, String owner) {
		attempt(() -> this.database.statement((session) -> session.update(
				"update migration_sync set owner = null, lease_until = null where flag = ? and owner = ?", flag,
				owner)));
	}

	@Override
	public boolean change(String flag, Checkpoint seen, State state) {
		return attempt(() -> this.database.statement((session) -> session.update(
				"update migration_sync set state = ?, updated_at = " + this.clock
						+ " where flag = ? and state = ? and epoch = ?",
				state.key(), flag, seen.state().key(), seen.epoch()) == 1));
	}

	private static <T> T attempt(Attempt<T> attempt) {
		try {
			return attempt.run();
		}
		catch (SQLException ex) {
			throw new MigrationException(
					"The store of backfills and verifications is out of reach (%s)".formatted(ex.getSQLState()), ex);
		}
	}

	@FunctionalInterface
	private interface Attempt<T> {

		T run() throws SQLException;

	}

}
