package dev.migrationflags.engine;

import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.engine.pool.FairPool;
import dev.migrationflags.engine.pool.Watchdog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where secondary sides run that do not run on the caller's thread. Shared by all
 * operations of an engine.
 *
 * @param pool the threads
 * @param watchdog interrupts what takes too long
 * @param carrier takes the caller's context along
 */
public record Secondaries(FairPool pool, Watchdog watchdog, ContextCarrier carrier) {

	private static final Logger logger = LoggerFactory.getLogger(Secondaries.class);

	private static final WarnOnce trouble = new WarnOnce(logger);

	SideCall carry(SideCall call) {
		try {
			return this.carrier.carry(call);
		}
		catch (Throwable ex) {
			trouble.warn("The caller's context could not be taken along to a secondary side", ex);
			return call;
		}
	}

}
