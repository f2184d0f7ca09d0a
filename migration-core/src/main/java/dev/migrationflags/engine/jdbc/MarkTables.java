package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.mark.WriteIntent;
import org.jspecify.annotations.Nullable;

/**
 * Begin and finish in the tables. Everybody locks in one order, so that nobody waits in a
 * circle: the row of the flag, then marks in the order of flag and key, then
 * registrations. The statements here are those of every database;
 * {@link PostgresMarkTables} has its own for fewer round trips.
 */
class MarkTables {

	private final Database database;

	MarkTables(Database database) {
		this.database = database;
	}

	static MarkTables of(Database database) {
		return (database.dialect() == Dialect.POSTGRESQL) ? new PostgresMarkTables(database) : new MarkTables(database);
	}

	final Database database() {
		return this.database;
	}

	/**
	 * Whether {@link #begin} ends other operations on the way.
	 */
	boolean takesRides() {
		return false;
	}

	/**
	 * Begins an operation.
	 * @param intent what is going to be written
	 * @param id its number
	 * @param rides operations of the same keys that have written both sides, ended before
	 * it in the same transaction
	 * @return whether it may take marks away that it has set: not if the registration of
	 * a ride was gone, whose mark has to stay
	 */
	boolean begin(WriteIntent intent, long id, List<Entry> rides) throws SQLException, NotCurrentException {
		boolean begun = this.database.transaction((session) -> {
			if (!isCurrent(session, intent)) {
				return false;
			}
			begin(session, intent, id, id);
			return true;
		});
		if (!begun) {
			throw new NotCurrentException(intent.flag());
		}
		return true;
	}

	void beginWithoutKey(WriteIntent intent, long id) throws SQLException, NotCurrentException {
		String sql = "insert into migration_provisional (id, flag, since, deadline) values (?, ?, %1$s, %1$s + ?)"
			.formatted(this.database.dialect().clock());
		boolean begun = this.database.transaction((session) -> isCurrent(session, intent)
				&& session.update(sql, id, intent.flag(), lifetime(intent)) == 1);
		if (!begun) {
			throw new NotCurrentException(intent.flag());
		}
	}

	/**
	 * Begins an operation whose keys were not known before, or, without a number of a
	 * provisional mark, one that is not committed yet.
	 */
	void begin(WriteIntent intent, long id, @Nullable Long provisional) throws SQLException {
		this.database.transaction((session) -> {
			session.query("select 1 from migration_flag where flag = ? " + session.dialect().shared(),
					(row) -> row.getInt(1), intent.flag());
			begin(session, intent, id, (provisional != null) ? 0 : id);
			if (provisional != null) {
				session.update("delete from migration_provisional where id = ?", provisional);
			}
			return true;
		});
	}

	private static void begin(Session session, WriteIntent intent, long id, long born) throws SQLException {
		List<@Nullable Object[]> writers = new ArrayList<>();
		for (String key : intent.keys()) {
			mark(session, intent.flag(), key, id, born);
			writers.add(new Object[] { intent.flag(), session.dialect().key(key), id, lifetime(intent) });
		}
		session.batch("insert into migration_writer (flag, mark_key, id, deadline) values (?, ?, ?, "
				+ session.dialect().clock() + " + ?)", writers);
	}

	private static boolean isCurrent(Session session, WriteIntent intent) throws SQLException {
		String clock = session.dialect().clock();
		Boolean current = session.one(
				"select authority_epoch, hold_effect <= %1$s and hold_until > %1$s from migration_flag where flag = ? %2$s"
					.formatted(clock, session.dialect().shared()),
				(row) -> row.getLong(1) <= intent.epoch() && !row.getBoolean(2), intent.flag());
		if (current == null) {
			throw noFlag(intent.flag());
		}
		return current;
	}

	static SQLException noFlag(String flag) {
		return new SQLException("migration_flag has no row of '%s'".formatted(flag));
	}

	/**
	 * How long the registration lasts: a half more than the operation may write.
	 */
	static long lifetime(WriteIntent intent) {
		return intent.lifetime().toMillis() * 3 / 2;
	}

	/**
	 * Sets a mark, or makes me the last who came.
	 */
	static void mark(Session session, String flag, String key, long id, long born) throws SQLException {
		Object bytes = session.dialect().key(key);
		String insert = "insert into migration_mark (flag, mark_key, id, born, since) values (?, ?, ?, ?, "
				+ session.dialect().clock() + ")";
		switch (session.dialect()) {
			case POSTGRESQL -> session.update(insert + " on conflict (flag, mark_key) do update set id = excluded.id",
					flag, bytes, id, born);
			case MYSQL -> session.update(insert + " on duplicate key update id = values(id)", flag, bytes, id, born);
			case H2 -> {
				String update = "update migration_mark set id = ? where flag = ? and mark_key = ?";
				if (session.update(update, id, flag, bytes) == 0) {
					try {
						session.update(insert, flag, bytes, id, born);
					}
					catch (SQLException ex) {
						if (!session.dialect().duplicate(ex)) {
							throw ex;
						}
						session.update(update, id, flag, bytes);
					}
				}
			}
		}
	}

	/**
	 * Ends operations.
	 * @param entries in the order of {@link Entry#ORDER}
	 * @param ok whether they have written both sides, or surely none
	 */
	Ended finish(List<Entry> entries, boolean ok) throws SQLException {
		return this.database.transaction((session) -> {
			List<Entry> gone = new ArrayList<>();
			Set<String> left = new HashSet<>();
			for (Entry entry : entries) {
				Object key = session.dialect().key(entry.key());
				Mark mark = session.one(
						"select id, born, parked from migration_mark where flag = ? and mark_key = ? for update",
						(row) -> new Mark(row.getLong(1), row.getLong(2), row.getBoolean(3)), entry.flag(), key);
				if (mark == null
						|| session.update("delete from migration_writer where flag = ? and mark_key = ? and id = ?",
								entry.flag(), key, entry.id()) == 0) {
					gone.add(entry);
				}
				else if (ok && mark.id == entry.id() && mark.born == entry.born()) {
					session.update("delete from migration_mark where flag = ? and mark_key = ?", entry.flag(), key);
				}
				else {
					left.add(entry.flag());
					if (ok && mark.parked && mark.id == entry.id()) {
						session.update("update migration_mark set parked = false, attempts = 0, retry_at = 0 "
								+ "where flag = ? and mark_key = ?", entry.flag(), key);
					}
				}
			}
			return new Ended(gone, left);
		});
	}

	/**
	 * Marks keys that operations have written whose registration is gone: nobody takes
	 * such a mark away by mistake, as their numbers are never used again.
	 */
	void markAgain(Collection<Entry> entries) throws SQLException {
		this.database.transaction((session) -> {
			for (Entry entry : entries.stream().sorted(Entry.ORDER).toList()) {
				mark(session, entry.flag(), entry.key(), entry.id(), 0);
			}
			return true;
		});
	}

	private record Mark(long id, long born, boolean parked) {
	}

}
