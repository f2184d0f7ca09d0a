package dev.migrationflags.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A breaker in the hands of many: whatever they do at the same moment, an open one lets
 * one through in a second.
 */
@Timeout(60)
class BreakerRaceTests {

	private static final int THREADS = 4;

	private static final int ROUNDS = 200;

	private final AtomicLong now = new AtomicLong(ThreadLocalRandom.current().nextLong());

	private final Breaker breaker = new Breaker(this.now::get);

	private void together(Runnable action) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(THREADS);
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			Thread thread = new Thread(() -> {
				for (int round = 0; round < ROUNDS; round++) {
					try {
						barrier.await();
						action.run();
						if (barrier.await() == 0) {
							this.now.addAndGet(Breaker.PROBE_NANOS);
						}
						barrier.await();
					}
					catch (Exception ex) {
						throw new IllegalStateException(ex);
					}
				}
			});
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
	}

	@RepeatedTest(5)
	void oneOfManyProbesInASecond() throws Exception {
		for (int i = 0; i < Breaker.FAILURES; i++) {
			this.breaker.failed();
		}
		AtomicInteger probes = new AtomicInteger();
		together(() -> {
			if (this.breaker.allows()) {
				probes.incrementAndGet();
				this.breaker.failed();
			}
		});
		// none in the first second, then one in each
		assertThat(probes).hasValue(ROUNDS - 1);
	}

	@RepeatedTest(5)
	void failuresAtTheSameMomentOpenItAndASuccessClosesItForAll() throws Exception {
		AtomicInteger allowed = new AtomicInteger();
		together(() -> {
			for (int i = 0; i < Breaker.FAILURES; i++) {
				this.breaker.failed();
			}
			if (this.breaker.allows()) {
				allowed.incrementAndGet();
			}
		});
		// opened in the first round by everybody's failures together; then one probe in
		// each
		assertThat(allowed).hasValue(ROUNDS - 1);
		this.breaker.succeeded();
		AtomicInteger refused = new AtomicInteger();
		together(() -> {
			if (!this.breaker.allows()) {
				refused.incrementAndGet();
			}
		});
		assertThat(refused).hasValue(0);
	}

}
