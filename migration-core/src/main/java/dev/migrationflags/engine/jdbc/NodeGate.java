package dev.migrationflags.engine.jdbc;

import java.util.concurrent.TimeUnit;

import dev.migrationflags.engine.jdbc.FlagRow.AnnouncedHold;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.Gate;
import org.jspecify.annotations.Nullable;

/**
 * The hold of a flag that another node moves, on this node. Used by one thread.
 */
final class NodeGate {

	/** For a change under way, the way of an answer, and the rate of clocks. */
	private static final long MARGIN_NANOS = TimeUnit.SECONDS.toNanos(3);

	private final Flag flag;

	private final long hold;

	private final long effect;

	private final long until;

	private @Nullable Gate gate;

	private boolean drained;

	/**
	 * Creates a hold that is announced.
	 * @param now the time of the store, a moment ago
	 */
	NodeGate(Flag flag, AnnouncedHold hold, long now) {
		long time = System.nanoTime();
		this.flag = flag;
		this.hold = hold.id();
		this.effect = time + TimeUnit.MILLISECONDS.toNanos(hold.effect() - now);
		this.until = time + TimeUnit.MILLISECONDS.toNanos(hold.until() - now) + MARGIN_NANOS;
	}

	long hold() {
		return this.hold;
	}

	/**
	 * Holds calls if it is time.
	 * @return whether that has begun now
	 */
	boolean closeInTime() {
		if (this.gate != null || this.effect - System.nanoTime() > 0) {
			return false;
		}
		this.gate = this.flag.holdForOthers();
		return true;
	}

	/**
	 * Whether calls are held and none is in flight: once that is told, nobody passes.
	 */
	boolean isDrained() {
		if (!this.drained && this.gate != null) {
			this.drained = this.flag.isDrained(this.gate);
		}
		return this.drained;
	}

	void open() {
		if (this.gate != null) {
			this.flag.open(this.gate);
		}
	}

	/**
	 * Lets calls go on when the store cannot say so: whoever has announced this cannot
	 * change anything any more.
	 * @return whether that is so
	 */
	boolean openIfRunOut() {
		if (this.until - System.nanoTime() > 0) {
			return false;
		}
		open();
		return true;
	}

}
