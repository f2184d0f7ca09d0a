package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.engine.jdbc.FlagRow.AnnouncedHold;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.Problem;
import dev.migrationflags.flags.ReadinessCheck;
import dev.migrationflags.flags.ReadinessCheck.Finding;
import dev.migrationflags.flags.SourceTrouble;
import dev.migrationflags.flags.StageStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps where the flags are in the database, for all nodes. Of two who change a flag at
 * the same epoch one wins. The authority of a flag changes under a hold that is announced
 * to all nodes first.
 */
public final class JdbcStages implements StageStore, AutoCloseable {

	/** The name of this source in meters. */
	static final String SOURCE = "store";

	private static final Logger logger = LoggerFactory.getLogger(JdbcStages.class);

	/** How long calls are held at most, and a second for the change itself. */
	private static final long HOLD_MILLIS = 3000;

	private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();

	private static final int RETRIES = 10;

	private final String node = UUID.randomUUID().toString();

	private final Database database;

	private final Ids ids;

	private final StageWatch watch;

	private final Duration pollInterval;

	private final Duration maxStaleness;

	private volatile ObjIntConsumer<String> voided = (flag, count) -> {
	};

	/** Holds of this node. */
	private final Map<String, Long> own = new ConcurrentHashMap<>();

	/**
	 * Creates a store.
	 * @param database where the tables are
	 * @param pollInterval how often it is looked at
	 * @param maxStaleness after how long without it dual writes are refused
	 * @param trouble is told whenever it fails
	 */
	public JdbcStages(Database database, Duration pollInterval, Duration maxStaleness, SourceTrouble trouble) {
		this.database = database;
		this.ids = new Ids(database);
		this.pollInterval = pollInterval;
		this.maxStaleness = maxStaleness;
		this.watch = new StageWatch(database, this.node, pollInterval, maxStaleness, trouble, this.own);
	}

	/**
	 * Brings flags to where the store says that they are, and keeps what it does not know
	 * yet. From then on they follow it.
	 * @param registry the flags
	 * @param follow whether to look at the store from now on, as a node that serves calls
	 * @throws MigrationSetupException if the store cannot be read, or knows stages that
	 * the flags do not have
	 */
	public void start(FlagRegistry registry, boolean follow) {
		List<Problem> problems = new ArrayList<>();
		Set<Flag> adopted = new HashSet<>();
		for (Flag flag : registry.all()) {
			if (adopt(flag, follow && flag.isTold(), problems)) {
				adopted.add(flag);
			}
		}
		if (!problems.isEmpty()) {
			throw new MigrationSetupException(problems);
		}
		if (follow) {
			registry.onFlag((flag) -> flag.refuseAfter(this.watch));
			this.watch.start(registry, (flag) -> adopt(flag, true, new ArrayList<>()), adopted);
		}
	}

	/**
	 * Brings a flag to where the store says that it is.
	 * @param keep whether to keep where it is now if the store does not know it
	 * @return whether the store knows it
	 */
	private boolean adopt(Flag flag, boolean keep, List<Problem> problems) {
		String where = "flag '%s'".formatted(flag.key());
		try {
			FlagRow row = find(flag, keep);
			if (row == null) {
				return false;
			}
			Kept kept = row.kept();
			if (!flag.stages().contains(kept.stage())) {
				throw new IllegalArgumentException("The flag has no such stage");
			}
			if (flag.isKnown() && kept.stage() != flag.stage()) {
				logger.info("Flag '{}' is at {}, epoch {}, as the store says; {} in the configuration is only "
						+ "its first stage", flag.key(), kept.stage().key(), kept.epoch(), flag.stage().key());
			}
			flag.startAt(kept, this.database.transaction((session) -> ChangeRows.last(session, flag.key())));
			return true;
		}
		catch (SQLException ex) {
			problems.add(new Problem("The stage of the flag cannot be read from the store: " + ex.getMessage(), where,
					"See that the database of migration.store can be reached; without it nobody knows which side has the authority"));
		}
		catch (IllegalArgumentException ex) {
			problems.add(new Problem("The store says that the flag is at a stage that it does not have", where,
					"Let migration.flags.%s.stages be what it was, one of its stages is in table migration_flag"
						.formatted(flag.key())));
		}
		return false;
	}

	/**
	 * The row of a flag; the first node inserts it.
	 */
	private @Nullable FlagRow find(Flag flag, boolean keep) throws SQLException {
		FlagRow row = find(flag.key());
		if (row != null || !keep) {
			return row;
		}
		try {
			this.database.transaction((session) -> session.update(
					"insert into migration_flag (flag, stage, epoch, authority_epoch) values (?, ?, 0, 0)", flag.key(),
					flag.stage().key()));
		}
		catch (SQLException ex) {
			if (!this.database.dialect().duplicate(ex)) {
				throw ex;
			}
		}
		return find(flag.key());
	}

	private @Nullable FlagRow find(String flag) throws SQLException {
		return this.database.transaction((session) -> Optional.ofNullable(FlagRow.find(session, flag))).orElse(null);
	}

	/**
	 * The check that no other node lags behind.
	 * @return the check
	 */
	public MoveCheck nodesCheck() {
		return ReadinessCheck.settling("nodes", (move) -> {
			Flag flag = move.flag();
			if (!flag.hasWrites() && !flag.definition().readinessRequired().contains("nodes")) {
				return null;
			}
			String lagging = lagging(flag);
			return new Finding(lagging == null,
					(lagging != null) ? lagging : "every node has seen epoch " + flag.epoch());
		});
	}

	@Override
	public @Nullable String lagging(Flag flag) {
		long epoch = flag.epoch();
		long late = 2 * this.pollInterval.toMillis() + 500;
		try {
			String names = others(flag).stream()
				.filter((other) -> other.silence() > late || other.epoch() < epoch)
				.map((other) -> "%s (epoch %d, heard of %.1f s ago)".formatted(other.name(), other.epoch(),
						other.silence() / 1000.0))
				.collect(Collectors.joining(", "));
			return names.isEmpty() ? null
					: "nodes lag behind: %s; wait until they have seen epoch %d, or %d s after they have died"
						.formatted(names, epoch, waitMillis(flag) / 1000);
		}
		catch (SQLException ex) {
			return "the store is out of reach: it cannot be told what other nodes do";
		}
	}

	private List<NodeRows.Node> others(Flag flag) throws SQLException {
		return this.database
			.transaction((session) -> NodeRows.others(session, this.node, flag.key(), waitMillis(flag)));
	}

	/**
	 * How long a node that is not heard of may still write: until it refuses to, and what
	 * it has begun before that.
	 */
	private long waitMillis(Flag flag) {
		return this.maxStaleness.plus(flag.definition().settings().write().deadline()).toMillis();
	}

	@Override
	public boolean isDurable() {
		return true;
	}

	@Override
	public void attend(Node node) {
		this.watch.attend(node);
	}

	@Override
	public Kept read(String flag) {
		try {
			FlagRow row = find(flag);
			if (row == null) {
				throw new IllegalStateException("The store of stages does not know flag '%s'".formatted(flag));
			}
			return row.kept();
		}
		catch (SQLException ex) {
			throw outOfReach(ex);
		}
	}

	@Override
	public List<StageChangedEvent> changes(Flag flag) {
		try {
			return this.database.transaction((session) -> ChangeRows.last(session, flag.key()));
		}
		catch (SQLException ex) {
			throw outOfReach(ex);
		}
	}

	private static IllegalStateException outOfReach(SQLException ex) {
		return new IllegalStateException("the store of stages is out of reach (%s)".formatted(ex.getSQLState()), ex);
	}

	@Override
	public NodesHold hold(Flag flag, long epoch) {
		String key = flag.key();
		try {
			long id = this.ids.next();
			this.own.put(key, id);
			boolean alone = others(flag).isEmpty();
			long before = System.nanoTime();
			long delay = this.database.transaction((session) -> announce(session, key, epoch, id, alone));
			return new Announced(flag, id, before + Duration.ofMillis(delay).toNanos());
		}
		catch (SQLException ex) {
			this.own.remove(key);
			throw outOfReach(ex);
		}
		catch (IllegalStateException ex) {
			this.own.remove(key);
			this.watch.wake();
			throw ex;
		}
	}

	/**
	 * Announces a hold.
	 * @return in how many milliseconds it begins: when every node has seen it, at once if
	 * there is no other
	 */
	private long announce(Session session, String flag, long epoch, long id, boolean alone) throws SQLException {
		FlagRow row = lock(session, flag, epoch);
		long now = session.now();
		if (row.holdAt(now) != null) {
			throw new IllegalStateException("another change of authority has been announced; try again in a moment");
		}
		long delay = alone ? 0 : 2 * this.pollInterval.toMillis();
		session.update("update migration_flag set hold_id = ?, hold_effect = ?, hold_until = ? where flag = ?", id,
				now + delay, now + delay + HOLD_MILLIS, flag);
		return delay;
	}

	private static FlagRow lock(Session session, String flag, long epoch) throws SQLException {
		FlagRow row = FlagRow.lock(session, flag);
		if (row == null) {
			throw new IllegalStateException("the store of stages does not know the flag");
		}
		if (row.epoch() != epoch) {
			throw new IllegalStateException(moved(row, epoch));
		}
		return row;
	}

	private static String moved(FlagRow row, long epoch) {
		return "it has moved in the meantime: its epoch is %d, not %d".formatted(row.epoch(), epoch);
	}

	/**
	 * Tells when marks of a flag were made void, in the transaction of a change: what is
	 * marked from then on counts.
	 * @param listener gets the key of the flag and how many there were, on the thread of
	 * who has moved the flag
	 */
	public void onVoided(ObjIntConsumer<String> listener) {
		this.voided = listener;
	}

	@Override
	public @Nullable String change(Flag flag, StageChangedEvent change, @Nullable NodesHold hold) {
		Long id = (hold instanceof Announced announced) ? announced.id : null;
		SQLException failure;
		try {
			Changed changed = this.database.transaction((session) -> change(session, change, id));
			if (changed.refusal() != null) {
				this.watch.wake();
			}
			else if (changed.voided() > 0) {
				this.voided.accept(change.flag(), changed.voided());
			}
			return changed.refusal();
		}
		catch (SQLException ex) {
			failure = ex;
		}
		return changed(change, failure);
	}

	private Changed change(Session session, StageChangedEvent change, @Nullable Long hold) throws SQLException {
		FlagRow row = FlagRow.lock(session, change.flag());
		if (row == null) {
			return Changed.refused("the store of stages does not know the flag");
		}
		if (row.epoch() != change.epoch() - 1) {
			return Changed.refused(moved(row, change.epoch() - 1));
		}
		AnnouncedHold held = row.holdAt(session.now());
		if (hold != null && (held == null || held.id() != hold)) {
			return Changed.refused("the hold that was announced to all nodes has run out; try again");
		}
		long marks = (hold != null) ? marks(session, change.flag()) : 0;
		if (marks > 0) {
			return Changed.refused(BACKLOG + "%d keys are marked".formatted(marks));
		}
		MigrationStage to = change.to();
		boolean flips = change.from().flipsTo(to);
		boolean voids = !to.writesBoth() || (change.forced() && flips);
		session.update(
				"update migration_flag set stage = ?, epoch = ?, authority_epoch = ?, hold_id = null, hold_effect = null, hold_until = null where flag = ?",
				to.key(), change.epoch(), flips ? change.epoch() : row.authorityEpoch(), change.flag());
		int voided = voids ? RepairTables.voidAll(session, change.flag()) : 0;
		ChangeRows.insert(session, change, voided);
		return new Changed(null, voided);
	}

	/**
	 * All of them: of known and unknown keys, parked, and of operations that are not
	 * over.
	 */
	private static long marks(Session session, String flag) throws SQLException {
		Long marks = session.one(
				"select (select count(*) from migration_mark where flag = ?) + (select count(*) from migration_provisional where flag = ?)"
						+ ((session.dialect() == Dialect.MYSQL) ? " from dual" : ""),
				(row) -> row.getLong(1), flag, flag);
		return (marks != null) ? marks : 0;
	}

	/**
	 * A transaction failed, maybe after its commit: finds out what has become of it.
	 */
	private @Nullable String changed(StageChangedEvent change, SQLException failure) {
		for (int attempt = 0; attempt < RETRIES; attempt++) {
			try {
				return this.database.transaction((session) -> {
					// locked, so that a commit under way is over
					FlagRow.lock(session, change.flag());
					return ChangeRows.has(session, change);
				}) ? null : "the store of stages has not kept the change (%s)".formatted(failure.getSQLState());
			}
			catch (SQLException ex) {
				LockSupport.parkNanos(RETRY_NANOS);
			}
		}
		// until it is heard of again nobody here knows which side has the authority
		this.watch.lost();
		throw outOfReach(failure);
	}

	/**
	 * Stops looking at the store, and leaves it to the other nodes.
	 */
	@Override
	public void close() {
		this.watch.close();
	}

	/**
	 * What came of a change.
	 *
	 * @param refusal why it was not kept, or {@code null} if it was
	 * @param voided how many marks were made void with it
	 */
	private record Changed(@Nullable String refusal, int voided) {

		static Changed refused(String reason) {
			return new Changed(reason, 0);
		}

	}

	/**
	 * A hold of this node.
	 */
	private final class Announced implements NodesHold {

		private final Flag flag;

		private final long id;

		private final long begins;

		Announced(Flag flag, long id, long begins) {
			this.flag = flag;
			this.id = id;
			this.begins = begins;
		}

		@Override
		public long begins() {
			return this.begins;
		}

		@Override
		public @Nullable String missing() {
			try {
				String names = others(this.flag).stream()
					.filter((other) -> !Objects.equals(other.hold(), this.id))
					.map(NodeRows.Node::name)
					.collect(Collectors.joining(", "));
				return names.isEmpty() ? null : "nodes do not hold their calls yet, or have writes in flight: " + names;
			}
			catch (SQLException ex) {
				return "the store of stages is out of reach";
			}
		}

		@Override
		public void close() {
			try {
				JdbcStages.this.database.transaction((session) -> session.update(
						"update migration_flag set hold_id = null, hold_effect = null, hold_until = null where flag = ? and hold_id = ?",
						this.flag.key(), this.id));
			}
			catch (SQLException ex) {
				logger.warn("The hold of flag '{}' could not be ended: other nodes hold their calls for {} ms at most",
						this.flag.key(), HOLD_MILLIS);
			}
			finally {
				JdbcStages.this.own.remove(this.flag.key(), this.id);
			}
		}

	}

}
