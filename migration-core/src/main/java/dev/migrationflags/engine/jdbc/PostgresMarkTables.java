package dev.migrationflags.engine.jdbc;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.mark.WriteIntent;

/**
 * Begin and finish in one round trip each. All parts of such a statement see the tables
 * as they were at its start; what makes that right:
 * <ul>
 * <li>a row that is locked or changed is looked at again, as it is by then, and so are
 * the conditions on it;</li>
 * <li>each part takes its rows from the one before, so that what it locks is locked
 * after: the flag, the marks, the registrations;</li>
 * <li>a registration exists only together with the mark of its key, so that whoever has
 * locked the mark meets no registration that the start of the statement did not
 * show.</li>
 * </ul>
 */
final class PostgresMarkTables extends MarkTables {

	private static final String BEGIN = """
			with f as (
			  select flag, authority_epoch <= ? and not coalesce(hold_effect <= {clock} and hold_until > {clock}, false) as ready
			  from migration_flag where flag = ? for key share
			), m as (
			  insert into migration_mark as k (flag, mark_key, id, born, since)
			  select f.flag, n.mark_key, ?, ?, {clock}
			  from f, unnest(?::varchar[]) as n (mark_key) where f.ready order by n.mark_key collate "C"
			  on conflict (flag, mark_key) do update set id = excluded.id,
			    born = case when k.id = any (?) and k.born = k.id then excluded.born else k.born end,
			    since = case when k.id = any (?) and k.born = k.id then excluded.since else k.since end,
			    parked = k.parked and k.id <> all (?)
			  returning flag, mark_key
			), r as (
			  delete from migration_writer w using m
			  where w.flag = m.flag and w.mark_key = m.mark_key and w.id = any (?)
			  returning w.mark_key, w.id
			), w as (
			  insert into migration_writer (flag, mark_key, id, deadline)
			  select flag, mark_key, ?, {clock} + ? from m
			)
			select f.ready, r.mark_key, r.id from f left join r on true
			"""
		.replace("{clock}", Dialect.POSTGRESQL.clock());

	private static final String FINISH = """
			with f as (
			  select * from unnest(?::varchar[], ?::varchar[], ?::bigint[], ?::bigint[]) as n (flag, mark_key, id, born)
			), m as (
			  select k.flag, k.mark_key, f.id, f.born
			  from migration_mark k join f on k.flag = f.flag and k.mark_key = f.mark_key
			  order by k.flag, k.mark_key for update of k
			), w as (
			  delete from migration_writer w using m
			  where w.flag = m.flag and w.mark_key = m.mark_key and w.id = m.id
			  returning w.flag, w.mark_key, w.id, m.born
			), d as (
			  delete from migration_mark k using w
			  where ? and k.flag = w.flag and k.mark_key = w.mark_key and k.id = w.id and k.born = w.born
			  returning k.flag, k.mark_key, k.id
			), u as (
			  update migration_mark k set parked = false, attempts = 0, retry_at = 0 from w
			  where ? and k.flag = w.flag and k.mark_key = w.mark_key and k.id = w.id and k.born <> w.born and k.parked
			)
			select w.flag, w.mark_key, w.id, d.id is null
			from w left join d on d.flag = w.flag and d.mark_key = w.mark_key and d.id = w.id
			""";

	PostgresMarkTables(Database database) {
		super(database);
	}

	@Override
	boolean takesRides() {
		return true;
	}

	@Override
	boolean begin(WriteIntent intent, long id, List<Entry> rides) throws SQLException, NotCurrentException {
		Set<Entry> gone = new HashSet<>(rides);
		Boolean ready = database().statement((session) -> {
			try (PreparedStatement statement = session.prepare(BEGIN)) {
				Array keys = session.connection().createArrayOf("varchar", intent.keys().toArray());
				Array ended = session.connection()
					.createArrayOf("bigint", rides.stream().map(Entry::id).distinct().toArray());
				statement.setLong(1, intent.epoch());
				statement.setString(2, intent.flag());
				statement.setLong(3, id);
				statement.setLong(4, id);
				statement.setArray(5, keys);
				for (int i = 6; i <= 9; i++) {
					statement.setArray(i, ended);
				}
				statement.setLong(10, id);
				statement.setLong(11, lifetime(intent));
				try (ResultSet rows = statement.executeQuery()) {
					if (!rows.next()) {
						throw noFlag(intent.flag());
					}
					boolean found = rows.getBoolean(1);
					do {
						String key = rows.getString(2);
						long ride = rows.getLong(3);
						gone.removeIf((entry) -> entry.id() == ride && entry.key().equals(key));
					}
					while (rows.next());
					return found;
				}
			}
		});
		if (!ready) {
			throw new NotCurrentException(intent.flag());
		}
		return gone.isEmpty();
	}

	@Override
	Ended finish(List<Entry> entries, boolean ok) throws SQLException {
		Set<Entry> gone = new HashSet<>(entries);
		Set<String> left = new HashSet<>();
		database().statement((session) -> {
			try (PreparedStatement statement = session.prepare(FINISH)) {
				statement.setArray(1, session.connection().createArrayOf("varchar", array(entries, Entry::flag)));
				statement.setArray(2, session.connection().createArrayOf("varchar", array(entries, Entry::key)));
				statement.setArray(3, session.connection().createArrayOf("bigint", array(entries, Entry::id)));
				statement.setArray(4, session.connection().createArrayOf("bigint", array(entries, Entry::born)));
				statement.setBoolean(5, ok);
				statement.setBoolean(6, ok);
				try (ResultSet rows = statement.executeQuery()) {
					while (rows.next()) {
						Entry entry = new Entry(rows.getString(1), rows.getString(2), rows.getLong(3), true);
						gone.remove(entry);
						gone.remove(new Entry(entry.flag(), entry.key(), entry.id(), false));
						if (rows.getBoolean(4)) {
							left.add(entry.flag());
						}
					}
				}
			}
			return true;
		});
		return new Ended(new ArrayList<>(gone), left);
	}

	private static Object[] array(List<Entry> entries, Function<Entry, Object> part) {
		return entries.stream().map(part).toArray();
	}

}
