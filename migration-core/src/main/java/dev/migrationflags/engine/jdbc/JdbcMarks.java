package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.engine.mark.Claim;
import dev.migrationflags.engine.mark.MarkCounts;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.mark.Registration;
import dev.migrationflags.engine.mark.WriteIntent;
import org.jspecify.annotations.Nullable;

/**
 * Marks in tables, for all nodes. A flag has to have its row in {@code migration_flag}
 * before its first operation begins. Deadlines are those of the clock of the database, a
 * half longer than the operations', for clocks that run at another rate or are set.
 */
public final class JdbcMarks implements MarkStore {

	private final Ids ids;

	private final MarkTables tables;

	private final RepairTables repairs;

	private final Later later;

	private volatile Consumer<String> left = (flag) -> {
	};

	/**
	 * Creates marks.
	 * @param database where the tables are, initialised
	 */
	public JdbcMarks(Database database) {
		this.ids = new Ids(database);
		this.tables = MarkTables.of(database);
		this.repairs = new RepairTables(database);
		this.later = new Later((entries) -> end(entries, true, true));
	}

	@Override
	public boolean isDurable() {
		return true;
	}

	@Override
	public Registration begin(WriteIntent intent) throws NotCurrentException {
		List<Entry> rides = this.later.take(intent.flag(), intent.keys());
		try {
			if (!rides.isEmpty() && !this.tables.takesRides()) {
				end(rides, true, true);
				rides = List.of();
			}
			long id = this.ids.next();
			boolean creates = this.tables.begin(intent, id, rides);
			rides = List.of();
			return new JdbcRegistration(intent.flag(), intent.keys(), id, creates);
		}
		catch (SQLException ex) {
			throw new MarkUnavailableException(intent.flag(), ex);
		}
		finally {
			if (!rides.isEmpty()) {
				this.later.add(rides);
			}
		}
	}

	@Override
	public Registration beginWithoutKey(WriteIntent intent) throws NotCurrentException {
		try {
			long id = this.ids.next();
			this.tables.beginWithoutKey(intent, id);
			return new JdbcRegistration(intent.flag(), List.of(), id, false);
		}
		catch (SQLException ex) {
			throw new MarkUnavailableException(intent.flag(), ex);
		}
	}

	@Override
	public Registration begin(WriteIntent intent, @Nullable Registration provisional) {
		try {
			long id = this.ids.next();
			this.tables.begin(intent, id, (provisional instanceof JdbcRegistration before) ? before.id : null);
			return new JdbcRegistration(intent.flag(), intent.keys(), id, provisional == null);
		}
		catch (SQLException ex) {
			throw new MarkUnavailableException(intent.flag(), ex);
		}
	}

	@Override
	public boolean finish(Registration registration, boolean ok, boolean started) {
		JdbcRegistration mine = (JdbcRegistration) registration;
		try {
			if (!mine.keys.isEmpty()) {
				return end(mine.entries(), ok, started);
			}
			if (ok) {
				this.repairs.endWithoutKey(mine.id);
			}
			return true;
		}
		catch (SQLException ex) {
			this.later.again(() -> {
				if (!mine.keys.isEmpty()) {
					end(mine.entries(), ok, started);
				}
				else {
					this.repairs.endWithoutKey(mine.id);
				}
			});
			throw new MarkUnavailableException(mine.flag, ex);
		}
	}

	/**
	 * Ends operations.
	 * @return whether all of them were still registered
	 */
	private boolean end(List<Entry> entries, boolean ok, boolean started) throws SQLException {
		Ended ended = this.tables.finish(entries, ok);
		if (!ended.gone().isEmpty() && started) {
			this.tables.markAgain(ended.gone());
			ended.gone().stream().map(Entry::flag).distinct().forEach(this.left);
		}
		ended.left().forEach(this.left);
		return ended.gone().isEmpty();
	}

	@Override
	public void finishLater(Registration registration) {
		this.later.add(((JdbcRegistration) registration).entries());
	}

	@Override
	public void flush(String flag) {
		attempt(flag, () -> {
			this.later.flush();
			return true;
		});
	}

	@Override
	public boolean isMarked(String flag, Collection<String> keys) {
		return attempt(flag, () -> this.repairs.isMarked(flag, keys));
	}

	@Override
	public boolean hasMarks(String flag) {
		return attempt(flag, () -> this.repairs.hasMarks(flag));
	}

	@Override
	public List<Claim> claim(String flag, int limit, Duration lifetime) {
		return attempt(flag, () -> this.repairs.claim(flag, limit, this.ids.next(), lifetime));
	}

	@Override
	public List<Claim> markAndClaim(String flag, List<String> keys, Duration lifetime) {
		return keys.isEmpty() ? List.of()
				: attempt(flag, () -> this.repairs.markAndClaim(flag, keys, this.ids.next(), lifetime));
	}

	@Override
	public boolean repaired(Claim claim) {
		try {
			return this.repairs.repaired(claim);
		}
		catch (SQLException ex) {
			this.later.again(() -> this.repairs.repaired(claim));
			throw new MarkUnavailableException(claim.flag(), ex);
		}
	}

	@Override
	public void failed(Claim claim, boolean started, @Nullable Duration retryIn, boolean counted) {
		try {
			this.repairs.failed(claim, started, retryIn, counted);
		}
		catch (SQLException ex) {
			this.later.again(() -> this.repairs.failed(claim, started, retryIn, counted));
			throw new MarkUnavailableException(claim.flag(), ex);
		}
	}

	@Override
	public MarkCounts counts(String flag) {
		return attempt(flag, () -> this.repairs.counts(flag));
	}

	@Override
	public int retryParked(String flag) {
		return attempt(flag, () -> this.repairs.retryParked(flag));
	}

	@Override
	public int voidAll(String flag) {
		return attempt(flag, () -> this.repairs.voidAll(flag));
	}

	@Override
	public int voidUnknown(String flag, Duration ago) {
		return attempt(flag, () -> this.repairs.voidUnknown(flag, ago));
	}

	@Override
	public void onMarkLeft(Consumer<String> listener) {
		this.left = listener;
	}

	@Override
	public void close() {
		this.later.close();
	}

	private static <T> T attempt(String flag, Attempt<T> attempt) {
		try {
			return attempt.run();
		}
		catch (SQLException ex) {
			throw new MarkUnavailableException(flag, ex);
		}
	}

	@FunctionalInterface
	private interface Attempt<T> {

		T run() throws SQLException;

	}

	private record JdbcRegistration(String flag, List<String> keys, long id, boolean creates) implements Registration {

		List<Entry> entries() {
			return this.keys.stream().map((key) -> new Entry(this.flag, key, this.id, this.creates)).toList();
		}

	}

}
