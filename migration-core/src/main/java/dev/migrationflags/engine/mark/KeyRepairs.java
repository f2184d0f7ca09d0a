package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.pool.DaemonThreads;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.Repairs;
import dev.migrationflags.flags.StageStore;
import org.jspecify.annotations.Nullable;

/**
 * Repairs the keys of all flags whose sides are keyed stores, each flag on a thread of
 * its own. Safe on many nodes at once: a key is claimed before it is copied.
 */
public final class KeyRepairs implements Repairs.Source, AutoCloseable {

	private final Map<String, FlagRepair> flags = new ConcurrentHashMap<>();

	private final ThreadFactory threads = DaemonThreads.virtual("migration-repair-");

	private final MarkStore marks;

	private final StageStore stages;

	private final EngineMeters meters;

	private final Settings settings;

	/**
	 * Creates repairs.
	 * @param marks what has to be repaired
	 * @param stages knows which side leads
	 * @param meters where repairs are counted
	 * @param settings how fast and how often
	 */
	public KeyRepairs(MarkStore marks, StageStore stages, EngineMeters meters, Settings settings) {
		this.marks = marks;
		this.stages = stages;
		this.meters = meters;
		this.settings = settings;
		marks.onMarkLeft((flag) -> {
			meters.repaired(flag, "marked", 1);
			wake(flag);
		});
	}

	/**
	 * Repairs the keys of a flag from now on. Does nothing if they are repaired already.
	 * @param flag the flag
	 * @param sides its two sides
	 * @param watch is told of what is copied
	 */
	public void start(Flag flag, KeyedSides sides, CopyWatch watch) {
		this.flags.computeIfAbsent(flag.key(), (key) -> {
			FlagRepair repair = new FlagRepair(flag, this.marks, new KeyCopy(key, sides, this.stages, watch),
					this.settings, (result) -> this.meters.repaired(key, result, 1));
			gauges(key, repair);
			this.threads.newThread(repair).start();
			return repair;
		});
	}

	private void gauges(String flag, FlagRepair repair) {
		this.meters.flagGauge("migration.repairs.pending", "Keys that wait for repair, in the whole store", flag,
				() -> number(repair.counts().pending()));
		this.meters.flagGauge("migration.repairs.parked", "Keys whose repair was given up, in the whole store", flag,
				() -> number(repair.counts().parked()));
		this.meters.flagGauge("migration.repairs.oldest.age", "Seconds for which the oldest key has been waiting", flag,
				() -> {
					Duration oldest = repair.counts().oldestAge();
					return (oldest != null) ? oldest.toMillis() / 1000.0 : Double.NaN;
				});
	}

	private static Number number(@Nullable Long count) {
		return (count != null) ? count : Double.NaN;
	}

	/**
	 * Has the keys of a flag repaired at once. Does not wait for it.
	 * @param flag the key of the flag
	 */
	public void wake(String flag) {
		FlagRepair repair = this.flags.get(flag);
		if (repair != null) {
			repair.wake();
		}
	}

	/**
	 * Counts marks that were made void.
	 * @param flag the key of the flag
	 * @param count how many
	 */
	public void voided(String flag, int count) {
		this.meters.repaired(flag, "voided", count);
		wake(flag);
	}

	/**
	 * Whether repair does not get on: the last key that was tried here could not be
	 * copied.
	 * @param flag the key of the flag
	 * @return whether that is so
	 */
	boolean isFailing(String flag) {
		FlagRepair repair = this.flags.get(flag);
		return repair != null && repair.isFailing();
	}

	@Override
	public Repairs of(String flag) {
		FlagRepair repair = this.flags.get(flag);
		return (repair != null) ? repair.counts() : Repairs.NONE;
	}

	@Override
	public void close() {
		this.flags.values().forEach(FlagRepair::close);
	}

	/**
	 * How fast and how often keys are repaired.
	 *
	 * @param interval how often repair looks for work
	 * @param backoff how long a key waits after its first failed repair
	 * @param maxBackoff how long a key waits at most
	 * @param attempts after how many failures that are its own a key is parked
	 * @param batch how many keys are claimed at once
	 * @param rate how many keys are repaired per second at most
	 */
	public record Settings(Duration interval, Duration backoff, Duration maxBackoff, int attempts, int batch,
			int rate) {
	}

}
