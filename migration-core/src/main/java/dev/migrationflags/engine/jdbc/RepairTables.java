package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.migrationflags.engine.mark.Claim;
import dev.migrationflags.engine.mark.MarkCounts;
import org.jspecify.annotations.Nullable;

/**
 * Claims, and what else looks at marks, in the tables: marks are locked before
 * registrations, by everybody.
 */
final class RepairTables {

	private static final String MARK = " where flag = ? and mark_key = ?";

	private final Database database;

	private final Dialect dialect;

	RepairTables(Database database) {
		this.database = database;
		this.dialect = database.dialect();
	}

	List<Claim> claim(String flag, int limit, long id, Duration lifetime) throws SQLException {
		String free = """
				select k.mark_key, k.attempts from migration_mark k
				where k.flag = ? and k.parked = false and k.retry_at <= %1$s
				and not exists (select 1 from migration_writer w
				  where w.flag = k.flag and w.mark_key = k.mark_key and w.deadline > %1$s)
				order by k.mark_key limit ? for update skip locked
				""".formatted(this.dialect.clock());
		return this.database.transaction((session) -> {
			Map<String, Integer> keys = new LinkedHashMap<>();
			session.query(free, (row) -> keys.put(String.valueOf(this.dialect.key(row, 1)), row.getInt(2)), flag,
					limit);
			return claim(session, flag, keys, id, lifetime);
		});
	}

	List<Claim> markAndClaim(String flag, List<String> keys, long id, Duration lifetime) throws SQLException {
		List<String> sorted = keys.stream().sorted().distinct().toList();
		return this.database.transaction((session) -> {
			for (String key : sorted) {
				markUnlessMarked(session, flag, key, id);
			}
			Map<String, Integer> locked = new LinkedHashMap<>();
			session.query(
					"select mark_key, attempts from migration_mark where flag = ? and mark_key in (" + marks(sorted)
							+ ") order by mark_key for update",
					(row) -> locked.put(String.valueOf(this.dialect.key(row, 1)), row.getInt(2)),
					arguments(flag, sorted));
			// whoever is writing a key now finds that somebody came, and leaves its mark
			session.batch("update migration_mark set id = ?" + MARK,
					sorted.stream().map((key) -> new @Nullable Object[] { id, flag, this.dialect.key(key) }).toList());
			return claim(session, flag, locked, id, lifetime);
		});
	}

	/**
	 * Registers the repair of keys whose marks are locked. Only now is it seen who may
	 * still write: no operation begins while its mark is locked, but some may have begun
	 * after the statement that locked it had started.
	 */
	private List<Claim> claim(Session session, String flag, Map<String, Integer> locked, long id, Duration lifetime)
			throws SQLException {
		Map<String, Integer> keys = new LinkedHashMap<>(locked);
		if (!keys.isEmpty()) {
			session
				.query("select mark_key from migration_writer where flag = ? and mark_key in (" + marks(keys.keySet())
						+ ") and deadline > " + this.dialect.clock(), (row) -> String.valueOf(this.dialect.key(row, 1)),
						arguments(flag, keys.keySet()))
				.forEach(keys::remove);
		}
		if (keys.isEmpty()) {
			return List.of();
		}
		session.update("delete from migration_writer where flag = ? and mark_key in (" + marks(keys.keySet()) + ")",
				arguments(flag, keys.keySet()));
		List<Claim> claims = new ArrayList<>();
		List<@Nullable Object[]> marks = new ArrayList<>();
		List<@Nullable Object[]> writers = new ArrayList<>();
		keys.forEach((key, attempts) -> {
			claims.add(new Claim(flag, key, id, attempts));
			marks.add(new Object[] { id, flag, this.dialect.key(key) });
			writers.add(new Object[] { flag, this.dialect.key(key), id, lifetime.toMillis() * 3 / 2 });
		});
		session.batch("update migration_mark set id = ?" + MARK, marks);
		session.batch("insert into migration_writer (flag, mark_key, id, deadline) values (?, ?, ?, "
				+ this.dialect.clock() + " + ?)", writers);
		return claims;
	}

	private void markUnlessMarked(Session session, String flag, String key, long id) throws SQLException {
		Object bytes = this.dialect.key(key);
		String insert = "insert into migration_mark (flag, mark_key, id, born, since) values (?, ?, ?, 0, "
				+ this.dialect.clock() + ")";
		switch (this.dialect) {
			case POSTGRESQL -> session.update(insert + " on conflict (flag, mark_key) do nothing", flag, bytes, id);
			case MYSQL -> session.update(insert + " on duplicate key update flag = values(flag)", flag, bytes, id);
			case H2 -> {
				if (session.one("select 1 from migration_mark" + MARK, (row) -> row.getInt(1), flag, bytes) == null) {
					try {
						session.update(insert, flag, bytes, id);
					}
					catch (SQLException ex) {
						if (!this.dialect.duplicate(ex)) {
							throw ex;
						}
					}
				}
			}
		}
	}

	/**
	 * Ends a claim whose copy was written.
	 * @return whether the mark is gone
	 */
	boolean repaired(Claim claim) throws SQLException {
		Object key = this.dialect.key(claim.key());
		return this.database.transaction((session) -> {
			Long last = end(session, claim, true);
			if (last == null) {
				return false;
			}
			if (last == claim.id()) {
				session.update("delete from migration_mark" + MARK, claim.flag(), key);
				return true;
			}
			session.update("update migration_mark set parked = false, attempts = 0, retry_at = 0" + MARK, claim.flag(),
					key);
			return false;
		});
	}

	void failed(Claim claim, boolean started, @Nullable Duration retryIn, boolean counted) throws SQLException {
		Object key = this.dialect.key(claim.key());
		this.database.transaction((session) -> {
			Long last = end(session, claim, started);
			if (last != null) {
				session.update("update migration_mark set attempts = attempts + ?" + MARK, counted ? 1 : 0,
						claim.flag(), key);
				if (last == claim.id()) {
					session.update(
							"update migration_mark set parked = ?, retry_at = " + this.dialect.clock() + " + ?" + MARK,
							retryIn == null, (retryIn != null) ? retryIn.toMillis() : 0, claim.flag(), key);
				}
			}
			return true;
		});
	}

	/**
	 * Takes the registration of a claim away, or sets the mark again if it is gone.
	 * @return who came last to the key, or {@code null} if the registration is gone
	 */
	private @Nullable Long end(Session session, Claim claim, boolean started) throws SQLException {
		Object key = this.dialect.key(claim.key());
		Long last = session.one("select id from migration_mark" + MARK + " for update", (row) -> row.getLong(1),
				claim.flag(), key);
		if (last != null && session.update("delete from migration_writer" + MARK + " and id = ?", claim.flag(), key,
				claim.id()) == 1) {
			return last;
		}
		if (started) {
			MarkTables.mark(session, claim.flag(), claim.key(), claim.id(), 0);
		}
		return null;
	}

	boolean isMarked(String flag, Collection<String> keys) throws SQLException {
		return !keys.isEmpty() && this.database.statement((session) -> session.one(
				"select 1 from migration_mark where flag = ? and mark_key in (" + marks(keys) + ") limit 1",
				(row) -> row.getInt(1), arguments(flag, keys)) != null);
	}

	boolean hasMarks(String flag) throws SQLException {
		return this.database.statement((session) -> hasMarks(session, flag));
	}

	/**
	 * Whether a flag has any mark. Says for how long only if the row of the flag is
	 * locked.
	 */
	static boolean hasMarks(Session session, String flag) throws SQLException {
		return session.one("select 1 from migration_mark where flag = ? limit 1", (row) -> row.getInt(1), flag) != null
				|| session.one("select 1 from migration_provisional where flag = ? limit 1", (row) -> row.getInt(1),
						flag) != null;
	}

	MarkCounts counts(String flag) throws SQLException {
		// from the few who may still write, not by a look at each mark: there may be many
		String known = """
				select count(case when not k.parked and w.mark_key is null then 1 end), count(case when k.parked then 1 end),
				  %1$s - min(case when not k.parked and w.mark_key is null then k.since end)
				from migration_mark k left join (select distinct mark_key from migration_writer
				  where flag = ? and deadline > %1$s) w on w.mark_key = k.mark_key
				where k.flag = ?
				"""
			.formatted(this.dialect.clock());
		String unknown = "select count(*) from migration_provisional where flag = ? and deadline <= "
				+ this.dialect.clock();
		return this.database.transaction((session) -> {
			Long lost = session.one(unknown, (row) -> row.getLong(1), flag);
			MarkCounts counts = session.one(known, (row) -> {
				long pending = row.getLong(1);
				long parked = row.getLong(2) + ((lost != null) ? lost : 0);
				return new MarkCounts(pending, parked,
						(pending > 0) ? Duration.ofMillis(Math.max(0, row.getLong(3))) : null);
			}, flag, flag);
			return (counts != null) ? counts : new MarkCounts(0, 0, null);
		});
	}

	int retryParked(String flag) throws SQLException {
		return this.database.transaction((session) -> {
			List<Object> keys = session.query(
					"select mark_key from migration_mark where flag = ? and parked = true order by mark_key for update",
					(row) -> this.dialect.key(String.valueOf(this.dialect.key(row, 1))), flag);
			session.batch("update migration_mark set parked = false, attempts = 0, retry_at = 0" + MARK,
					keys.stream().map((key) -> new @Nullable Object[] { flag, key }).toList());
			return keys.size();
		});
	}

	int voidAll(String flag) throws SQLException {
		return this.database.transaction((session) -> voidAll(session, flag));
	}

	/**
	 * Removes all marks and registrations of a flag. Where its row is locked, nobody
	 * comes in between.
	 */
	static int voidAll(Session session, String flag) throws SQLException {
		session.query("select id from migration_mark where flag = ? order by mark_key for update", (row) -> 1, flag);
		session.update("delete from migration_writer where flag = ?", flag);
		return session.update("delete from migration_mark where flag = ?", flag)
				+ session.update("delete from migration_provisional where flag = ?", flag);
	}

	int voidUnknown(String flag, Duration ago) throws SQLException {
		return this.database.statement((session) -> session.update(
				"delete from migration_provisional where flag = ? and deadline <= " + this.dialect.clock() + " - ?",
				flag, ago.toMillis()));
	}

	void endWithoutKey(long id) throws SQLException {
		this.database.statement((session) -> session.update("delete from migration_provisional where id = ?", id));
	}

	private static String marks(Collection<String> keys) {
		return "?, ".repeat(new HashSet<>(keys).size() - 1) + "?";
	}

	private @Nullable Object[] arguments(String flag, Collection<String> keys) {
		List<Object> arguments = new ArrayList<>();
		arguments.add(flag);
		Set.copyOf(keys).forEach((key) -> arguments.add(this.dialect.key(key)));
		return arguments.toArray();
	}

}
