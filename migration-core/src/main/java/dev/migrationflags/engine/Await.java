package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Waits for the secondary side without losing an interrupt of the caller: the wait goes
 * on, bounded, and the flag is set again afterwards.
 */
final class Await {

	private Await() {
	}

	/**
	 * Waits.
	 * @param nanos how long
	 */
	static void pause(long nanos) {
		until(new CountDownLatch(1), System.nanoTime() + nanos);
	}

	/**
	 * Waits.
	 * @param done what to wait for; never fails
	 * @param nanos how long to wait at most
	 */
	static void until(CompletableFuture<@Nullable Void> done, long nanos) {
		CountDownLatch latch = new CountDownLatch(1);
		done.whenComplete((nothing, never) -> latch.countDown());
		until(latch, System.nanoTime() + nanos);
	}

	/**
	 * Waits.
	 * @param done what to wait for
	 * @param deadline when to give up, in terms of {@link System#nanoTime()}
	 * @return whether it is done
	 */
	static boolean until(CountDownLatch done, long deadline) {
		boolean interrupted = Thread.interrupted();
		try {
			while (true) {
				try {
					return done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
