package dev.migrationflags.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/**
 * Waiting, in tests.
 */
final class Latches {

	private Latches() {
	}

	/**
	 * Waits whatever comes: the worst that a secondary can do.
	 */
	static void hang(CountDownLatch released) {
		while (true) {
			try {
				released.await();
				return;
			}
			catch (InterruptedException ex) {
				// takes no notice
			}
		}
	}

	static void eventually(ThrowingRunnable assertion) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(assertion);
	}

}
