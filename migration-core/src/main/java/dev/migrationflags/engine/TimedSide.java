package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.pool.Watch;
import dev.migrationflags.engine.pool.Watchdog;
import org.jspecify.annotations.Nullable;

/**
 * A secondary side on a thread of the pool, under a time limit.
 *
 * @param origin the side
 * @param call how to run it
 * @param watchdog interrupts it at the limit
 */
record TimedSide(MigrationOrigin origin, SideCall call, Watchdog watchdog) {

	/**
	 * Runs the side.
	 * @param nanos the limit
	 * @param onExpiry runs at the limit, on another thread
	 * @return what came of it, or {@code null} if it ended after the limit
	 */
	@Nullable Attempt run(long nanos, Runnable onExpiry) {
		Watch watch = this.watchdog.watch(nanos, onExpiry);
		Attempt attempt;
		try {
			attempt = Attempt.returned(this.origin, this.call.run());
		}
		catch (Throwable ex) {
			attempt = Attempt.threw(this.origin, ex);
		}
		return watch.end() ? attempt : null;
	}

}
