package dev.migrationflags.engine.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;

/**
 * Warns of a trouble that may come with every call: once a minute, and at DEBUG in
 * between. Never throws. Names the class of an exception, not its message, which may
 * carry user data; the stack trace is for DEBUG.
 */
public final class WarnOnce {

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	private final Logger logger;

	private final AtomicLong next = new AtomicLong(System.nanoTime());

	/**
	 * Creates one for one kind of trouble.
	 * @param logger where to warn
	 */
	public WarnOnce(Logger logger) {
		this.logger = logger;
	}

	/**
	 * Warns, unless that was done within the last minute.
	 * @param message what is wrong and what comes of it
	 * @param cause why
	 */
	public void warn(String message, Throwable cause) {
		try {
			long now = System.nanoTime();
			long due = this.next.get();
			if (now - due >= 0 && this.next.compareAndSet(due, now + MINUTE)) {
				this.logger.warn("{}: {}. Further ones are logged at DEBUG for a minute.", message,
						cause.getClass().getName());
			}
			this.logger.debug(message, cause);
		}
		catch (Throwable ex) {
			// a logger that throws must not hurt the call either
		}
	}

}
