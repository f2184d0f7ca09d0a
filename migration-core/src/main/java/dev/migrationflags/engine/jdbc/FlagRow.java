package dev.migrationflags.engine.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.StageStore.Kept;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code migration_flag}.
 *
 * @param flag the key of the flag
 * @param stage the text of its stage, which may be none
 * @param epoch the number of the last change
 * @param authorityEpoch the number of the last change of authority
 * @param hold the hold that was announced last and not ended, or {@code null}
 */
record FlagRow(String flag, String stage, long epoch, long authorityEpoch, @Nullable AnnouncedHold hold) {

	private static final String COLUMNS = "select flag, stage, epoch, authority_epoch, hold_id, hold_effect, hold_until from migration_flag";

	static List<FlagRow> all(Session session) throws SQLException {
		return session.query(COLUMNS, FlagRow::of);
	}

	static @Nullable FlagRow find(Session session, String flag) throws SQLException {
		return session.one(COLUMNS + " where flag = ?", FlagRow::of, flag);
	}

	/**
	 * Keeps out who begins a write, and others who move the flag.
	 */
	static @Nullable FlagRow lock(Session session, String flag) throws SQLException {
		return session.one(COLUMNS + " where flag = ? for update", FlagRow::of, flag);
	}

	private static FlagRow of(ResultSet row) throws SQLException {
		long hold = row.getLong(5);
		AnnouncedHold announced = row.wasNull() ? null : new AnnouncedHold(hold, row.getLong(6), row.getLong(7));
		return new FlagRow(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4), announced);
	}

	/**
	 * Where the flag is.
	 * @throws IllegalArgumentException if its stage is none
	 */
	Kept kept() {
		return new Kept(MigrationStage.of(this.stage), this.epoch, this.authorityEpoch);
	}

	/**
	 * The hold that is in force, or will be.
	 * @param now the time of the store
	 */
	@Nullable AnnouncedHold holdAt(long now) {
		return (this.hold != null && now < this.hold.until()) ? this.hold : null;
	}

	/**
	 * A hold; times by the store's clock, in milliseconds.
	 *
	 * @param id its number
	 * @param effect when it begins
	 * @param until when it ends at the latest
	 */
	record AnnouncedHold(long id, long effect, long until) {
	}

}
