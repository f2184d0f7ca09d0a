package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.engine.jdbc.FlagRow.AnnouncedHold;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.SourceTrouble;
import dev.migrationflags.flags.StageStore.Node;
import dev.migrationflags.flags.StoreSilence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the store again and again, on a thread of its own: follows what other nodes
 * have changed, holds the calls of a flag that another node moves, and tells that this
 * node lives.
 */
final class StageWatch implements StoreSilence, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(StageWatch.class);

	private static final long HOLDING_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	/** A change that is under way when its hold runs out may still be committed. */
	private static final long GRACE_MILLIS = TimeUnit.SECONDS.toMillis(2);

	/** How long nodes are kept that nobody waits for any more. */
	private static final long FORGET_MILLIS = TimeUnit.HOURS.toMillis(1);

	private final Database database;

	private final String node;

	private final long pollNanos;

	private final long maxStalenessNanos;

	private final SourceTrouble trouble;

	private final Map<String, Long> own;

	private final Map<String, NodeGate> gates = new HashMap<>();

	private final Set<Flag> adopted = new HashSet<>();

	private volatile @Nullable Node attending;

	private volatile long heard = System.nanoTime();

	private volatile boolean lost;

	private volatile boolean closed;

	private volatile @Nullable Thread thread;

	/**
	 * Creates a watch.
	 * @param own the holds that this node has announced itself
	 */
	StageWatch(Database database, String node, Duration pollInterval, Duration maxStaleness, SourceTrouble trouble,
			Map<String, Long> own) {
		this.database = database;
		this.node = node;
		this.pollNanos = pollInterval.toNanos();
		this.maxStalenessNanos = maxStaleness.toNanos();
		this.trouble = trouble;
		this.own = own;
	}

	void attend(Node node) {
		this.attending = node;
	}

	/**
	 * Begins.
	 * @param registry the flags
	 * @param adopt brings a flag to where the store says that it is, one that has joined
	 * later
	 */
	void start(FlagRegistry registry, Consumer<Flag> adopt) {
		this.heard = System.nanoTime();
		registry.all().stream().filter(Flag::isKnown).forEach(this.adopted::add);
		look(registry, adopt);
		Thread thread = new Thread(null, () -> run(registry, adopt), "migration-stages", 0, false);
		thread.setDaemon(true);
		this.thread = thread;
		thread.start();
	}

	@Override
	public @Nullable Duration tooLong() {
		long silence = System.nanoTime() - this.heard;
		return (silence > this.maxStalenessNanos || this.lost) ? Duration.ofNanos(silence) : null;
	}

	/**
	 * What the store knows now is not known here.
	 */
	void lost() {
		this.lost = true;
	}

	/**
	 * Looks at the store soon.
	 */
	void wake() {
		LockSupport.unpark(this.thread);
	}

	private void run(FlagRegistry registry, Consumer<Flag> adopt) {
		while (!this.closed) {
			LockSupport.parkNanos(this, this.gates.isEmpty() ? this.pollNanos : HOLDING_NANOS);
			if (!this.closed) {
				look(registry, adopt);
			}
		}
	}

	private void look(FlagRegistry registry, Consumer<Flag> adopt) {
		try {
			for (Flag flag : registry.all()) {
				if (flag.isKnown() && this.adopted.add(flag)) {
					adopt.accept(flag);
				}
			}
			long asked = System.nanoTime();
			Seen seen = this.database.transaction((session) -> new Seen(FlagRow.all(session), session.now()));
			for (FlagRow row : seen.rows()) {
				Flag flag = registry.find(row.flag());
				if (flag != null && flag.isKnown()) {
					follow(flag, row, seen.now());
				}
			}
			this.heard = asked;
			this.lost = false;
			beat(registry);
		}
		catch (Throwable ex) {
			failed(registry, ex);
		}
	}

	private void failed(FlagRegistry registry, Throwable ex) {
		for (Flag flag : registry.all()) {
			this.trouble.failed(flag.key(), JdbcStages.SOURCE,
					"The store of stages of flag '%s' is out of reach: the last good stage stays in force"
						.formatted(flag.key()),
					ex);
		}
		// who has announced a hold may have changed the authority before it ran out
		if (this.gates.values().removeIf(NodeGate::openIfRunOut)) {
			this.lost = true;
		}
	}

	private void follow(Flag flag, FlagRow row, long now) throws SQLException {
		if (row.epoch() > flag.epoch()) {
			long epoch = flag.epoch();
			List<StageChangedEvent> changes = this.database
				.transaction((session) -> ChangeRows.since(session, flag.key(), epoch));
			for (StageChangedEvent change : flag.catchUp(row.kept(), changes)) {
				logger.info("Flag '{}' has been moved from {} to {}, epoch {}, on another node", flag.key(),
						change.from().key(), change.to().key(), change.epoch());
				tell((node) -> node.changed(change));
			}
		}
		AnnouncedHold hold = row.holdAt(now - GRACE_MILLIS);
		NodeGate gate = this.gates.get(flag.key());
		if (gate != null && (hold == null || hold.id() != gate.hold())) {
			this.gates.remove(flag.key());
			gate.open();
			gate = null;
		}
		Long own = this.own.get(flag.key());
		if (hold != null && gate == null && (own == null || own != hold.id())) {
			gate = new NodeGate(flag, hold, now);
			this.gates.put(flag.key(), gate);
		}
		if (gate != null && gate.closeInTime()) {
			tell((node) -> node.settle(flag));
		}
	}

	private void tell(Consumer<Node> told) {
		Node node = this.attending;
		if (node != null) {
			try {
				told.accept(node);
			}
			catch (RuntimeException ex) {
				logger.warn("What another node does could not be followed", ex);
			}
		}
	}

	/**
	 * Tells what this node has seen. What it holds it has to tell in the same breath:
	 * whoever moves the flag waits for it.
	 */
	private void beat(FlagRegistry registry) throws SQLException {
		Map<String, Long> drained = new HashMap<>();
		this.gates.forEach((flag, gate) -> {
			if (gate.isDrained()) {
				drained.put(flag, gate.hold());
			}
		});
		this.database.transaction((session) -> {
			for (Flag flag : registry.all()) {
				if (flag.isKnown()) {
					NodeRows.beat(session, this.node, flag.key(), flag.epoch(), drained.get(flag.key()));
				}
			}
			NodeRows.removeSilent(session, FORGET_MILLIS);
			return true;
		});
	}

	@Override
	public void close() {
		this.closed = true;
		Thread thread = this.thread;
		if (thread == null) {
			return;
		}
		LockSupport.unpark(thread);
		try {
			thread.join(TimeUnit.SECONDS.toMillis(5));
			this.gates.values().forEach(NodeGate::open);
			this.database.transaction((session) -> {
				NodeRows.remove(session, this.node);
				return true;
			});
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (SQLException ex) {
			logger.debug("This node could not sign off; others wait for it for a while", ex);
		}
	}

	private record Seen(List<FlagRow> rows, long now) {
	}

}
