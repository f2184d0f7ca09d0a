package dev.migrationflags.engine.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;

/**
 * The rows of {@code migration_change}.
 */
final class ChangeRows {

	private static final int LIMIT = 100;

	private static final int REASON = 2000;

	private static final int ACTOR = 200;

	private static final String COLUMNS = "select flag, from_stage, to_stage, reason, actor, epoch, forced, changed_at from migration_change";

	private ChangeRows() {
	}

	/**
	 * The last changes of a flag, newest first.
	 */
	static List<StageChangedEvent> last(Session session, String flag) throws SQLException {
		return session.query(COLUMNS + " where flag = ? order by epoch desc limit " + LIMIT, ChangeRows::of, flag);
	}

	/**
	 * The changes after an epoch, oldest first.
	 */
	static List<StageChangedEvent> since(Session session, String flag, long epoch) throws SQLException {
		return session.query(COLUMNS + " where flag = ? and epoch > ? order by epoch limit " + LIMIT, ChangeRows::of,
				flag, epoch);
	}

	static void insert(Session session, StageChangedEvent change, long voided) throws SQLException {
		session.update(
				"insert into migration_change (flag, epoch, from_stage, to_stage, reason, actor, forced, voided, changed_at)"
						+ " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
				change.flag(), change.epoch(), change.from().key(), change.to().key(), cut(change.reason(), REASON),
				cut(change.actor(), ACTOR), change.forced(), voided, change.time().toEpochMilli());
	}

	/**
	 * Whether a change is the one that has led to its epoch.
	 */
	static boolean has(Session session, StageChangedEvent change) throws SQLException {
		StageChangedEvent kept = session.one(COLUMNS + " where flag = ? and epoch = ?", ChangeRows::of, change.flag(),
				change.epoch());
		return kept != null && kept.to() == change.to() && kept.actor().equals(cut(change.actor(), ACTOR))
				&& kept.reason().equals(cut(change.reason(), REASON))
				&& kept.time().toEpochMilli() == change.time().toEpochMilli();
	}

	private static StageChangedEvent of(ResultSet row) throws SQLException {
		return new StageChangedEvent(row.getString(1), MigrationStage.of(row.getString(2)),
				MigrationStage.of(row.getString(3)), row.getString(4), row.getString(5), row.getLong(6),
				row.getBoolean(7), Instant.ofEpochMilli(row.getLong(8)));
	}

	/**
	 * What fits, without what a database cannot keep: NUL, and halves of characters.
	 */
	private static String cut(String text, int length) {
		String fits = (text.length() <= length) ? text : text.substring(0, length);
		return fits.codePoints()
			.map((point) -> (point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE))
					? '\uFFFD' : point)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

}
