package dev.migrationflags.engine.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What takes too long is interrupted, once, and what comes next on its thread is not.
 */
@Timeout(60)
class WatchdogTests {

	private static void eventually(ThrowingRunnable assertion) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(assertion);
	}

	private static List<Thread> watchdogs() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("migration-watchdog"))
			.toList();
	}

	@Test
	void whatTakesTooLongIsInterrupted() {
		try (Watchdog watchdog = new Watchdog()) {
			AtomicInteger expired = new AtomicInteger();
			Watch watch = watchdog.watch(TimeUnit.MILLISECONDS.toNanos(20), expired::incrementAndGet);
			while (!Thread.currentThread().isInterrupted()) {
				LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(30));
			}
			assertThat(watch.end()).isFalse();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			eventually(() -> assertThat(expired).hasValue(1));
		}
	}

	@Test
	void whatIsInTimeIsLeftAlone() throws Exception {
		try (Watchdog watchdog = new Watchdog()) {
			AtomicInteger expired = new AtomicInteger();
			Watch inTime = watchdog.watch(TimeUnit.MILLISECONDS.toNanos(20), expired::incrementAndGet);
			boolean ended = inTime.end();
			CountDownLatch later = new CountDownLatch(1);
			Watch marker = watchdog.watch(TimeUnit.MILLISECONDS.toNanos(40), later::countDown);
			while (!Thread.currentThread().isInterrupted()) {
				LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(30));
			}
			assertThat(marker.end()).isFalse();
			later.await();
			assertThat(expired).hasValue(ended ? 0 : 1);
		}
	}

	@Test
	void shorterLimitThatComesLaterIsNotKeptWaiting() {
		try (Watchdog watchdog = new Watchdog()) {
			Watch longer = watchdog.watch(TimeUnit.MINUTES.toNanos(10), () -> {
			});
			eventually(() -> assertThat(watchdogs())
				.anyMatch((thread) -> thread.getState() == Thread.State.TIMED_WAITING));
			AtomicInteger expired = new AtomicInteger();
			Watch shorter = watchdog.watch(TimeUnit.MILLISECONDS.toNanos(10), expired::incrementAndGet);
			eventually(() -> assertThat(expired).hasValue(1));
			assertThat(shorter.end()).isFalse();
			assertThat(longer.end()).isTrue();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		}
	}

	@Test
	void whoIsToldMayThrow() {
		try (Watchdog watchdog = new Watchdog()) {
			AtomicInteger expired = new AtomicInteger();
			Watch first = watchdog.watch(1, () -> {
				throw new AssertionError();
			});
			Watch second = watchdog.watch(TimeUnit.MILLISECONDS.toNanos(20), expired::incrementAndGet);
			eventually(() -> assertThat(expired).hasValue(1));
			assertThat(first.end()).isFalse();
			assertThat(second.end()).isFalse();
		}
	}

	@Test
	void threadGoesAwayWhenThereIsNothingToWatchAndComesBack() {
		List<Thread> before = watchdogs();
		try (Watchdog watchdog = new Watchdog(Duration.ofMillis(1))) {
			for (int i = 0; i < 3; i++) {
				AtomicInteger expired = new AtomicInteger();
				Watch watch = watchdog.watch(TimeUnit.MILLISECONDS.toNanos(5), expired::incrementAndGet);
				eventually(() -> assertThat(expired).hasValue(1));
				assertThat(watch.end()).isFalse();
				eventually(() -> assertThat(watchdogs()).allMatch(before::contains));
			}
		}
	}

	@Test
	void closedWatchdogHasNoThread() {
		List<Thread> before = watchdogs();
		Watchdog watchdog = new Watchdog();
		Watch watch = watchdog.watch(TimeUnit.MINUTES.toNanos(10), () -> {
		});
		assertThat(watchdogs()).anyMatch((thread) -> !before.contains(thread) && thread.isDaemon());
		watchdog.close();
		eventually(() -> assertThat(watchdogs()).allMatch(before::contains));
		assertThat(watch.end()).isTrue();
		assertThat(watchdog.watch(1, () -> {
		}).end()).isTrue();
		assertThat(watchdogs()).allMatch(before::contains);
	}

	/**
	 * The thread leaves and comes back all the time while threads begin and end watches:
	 * each watch ends in exactly one way, no interrupt gets lost or comes late, and none
	 * waits for another watch to wake the thread.
	 */
	@Test
	void everyWatchEndsInExactlyOneWay() throws Exception {
		try (Watchdog watchdog = new Watchdog(Duration.ZERO)) {
			AtomicInteger wrong = new AtomicInteger();
			AtomicInteger expiries = new AtomicInteger();
			AtomicInteger late = new AtomicInteger();
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				Thread thread = new Thread(() -> {
					for (int round = 0; round < 500; round++) {
						boolean waits = ThreadLocalRandom.current().nextInt(4) == 0;
						Watch watch = watchdog.watch(waits ? 1000 : ThreadLocalRandom.current().nextLong(200_000),
								expiries::incrementAndGet);
						if (waits) {
							// only the watchdog ends this
							while (!Thread.currentThread().isInterrupted()) {
								LockSupport.park();
							}
						}
						else {
							LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(100_000));
						}
						if (!watch.end()) {
							late.incrementAndGet();
						}
						else if (waits) {
							wrong.incrementAndGet();
						}
						if (Thread.currentThread().isInterrupted()) {
							wrong.incrementAndGet();
						}
						if (round % 10 == 0) {
							// lets the watchdog leave
							LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
						}
					}
				});
				threads.add(thread);
				thread.start();
			}
			for (Thread thread : threads) {
				thread.join();
			}
			eventually(() -> assertThat(expiries).hasValue(late.get()));
			assertThat(wrong).hasValue(0);
			assertThat(late).hasPositiveValue();
		}
	}

}
