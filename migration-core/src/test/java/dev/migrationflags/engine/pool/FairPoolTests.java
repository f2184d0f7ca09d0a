package dev.migrationflags.engine.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.migrationflags.engine.pool.FairPool.Lane;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pool is bounded, and shared so that nobody starves.
 */
@Timeout(60)
class FairPoolTests {

	private static final Duration IDLE = Duration.ofMinutes(5);

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private final CountDownLatch released = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.released.countDown();
	}

	private FairPool pool(int threads, int queue, Duration idle) {
		ThreadFactory factory = DaemonThreads.numbered("migration-");
		return new FairPool(threads, queue, (task) -> {
			Thread thread = factory.newThread(task);
			this.threads.add(thread);
			return thread;
		}, idle);
	}

	private void hang() {
		boolean hanging = true;
		while (hanging) {
			try {
				this.released.await();
				hanging = false;
			}
			catch (InterruptedException ex) {
				// takes no notice
			}
		}
	}

	private static void eventually(ThrowingRunnable assertion) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(assertion);
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "1, 3", "4, 0", "4, 16", "16, 256" })
	void laneThatIsAloneMayUseEverythingAndNoMore(int threads, int queue) {
		try (FairPool pool = pool(threads, queue, IDLE)) {
			Lane lane = pool.lane();
			int accepted = 0;
			for (int i = 0; i < 1000; i++) {
				accepted += lane.submit(this::hang) ? 1 : 0;
			}
			assertThat(accepted).isEqualTo(threads + queue);
			assertThat(this.threads).hasSize(threads);
		}
	}

	@Test
	void laneThatHangsLeavesRoomForTheOthers() throws Exception {
		try (FairPool pool = pool(16, 256, IDLE)) {
			Lane hanging = pool.lane();
			List<Lane> others = List.of(pool.lane(), pool.lane(), pool.lane());
			int accepted = 0;
			for (int i = 0; i < 1000; i++) {
				accepted += hanging.submit(this::hang) ? 1 : 0;
			}
			assertThat(accepted).isEqualTo(8 + 128);
			for (Lane other : others) {
				for (int i = 0; i < 100; i++) {
					CountDownLatch done = new CountDownLatch(1);
					assertThat(other.submit(done::countDown)).isTrue();
					assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
				}
			}
		}
	}

	@Test
	void fourHangingLanesOfSixteenThreadsLeaveTheFifthOne() throws Exception {
		try (FairPool pool = pool(16, 256, IDLE)) {
			List<Lane> hanging = List.of(pool.lane(), pool.lane(), pool.lane(), pool.lane());
			Lane last = pool.lane();
			for (Lane lane : hanging) {
				for (int i = 0; i < 1000; i++) {
					lane.submit(this::hang);
				}
			}
			CountDownLatch done = new CountDownLatch(1);
			assertThat(last.submit(done::countDown)).isTrue();
			assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void whatWaitsRunsInTurnsOfTheLanes() {
		try (FairPool pool = pool(1, 100, IDLE)) {
			Lane first = pool.lane();
			Lane second = pool.lane();
			first.submit(this::hang);
			List<String> order = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				int number = i;
				first.submit(() -> order.add("first " + number));
			}
			CountDownLatch done = new CountDownLatch(1);
			second.submit(() -> order.add("second 0"));
			second.submit(() -> {
				order.add("second 1");
				done.countDown();
			});
			this.released.countDown();
			eventually(() -> assertThat(done.getCount()).isZero());
			eventually(
					() -> assertThat(order).containsExactly("second 0", "first 0", "second 1", "first 1", "first 2"));
		}
	}

	@Test
	void threadsAreNamedDaemonsAndInheritNothingFromTheCaller() throws Exception {
		InheritableThreadLocal<String> login = new InheritableThreadLocal<>();
		login.set("alice");
		ClassLoader own = Thread.currentThread().getContextClassLoader();
		try (FairPool pool = pool(2, 0, IDLE)) {
			Thread.currentThread().setContextClassLoader(new ClassLoader() {
			});
			List<Object> seen = new ArrayList<>();
			CountDownLatch done = new CountDownLatch(1);
			pool.lane().submit(() -> {
				Thread thread = Thread.currentThread();
				seen.addAll(List.of(thread.getName(), thread.isDaemon(), String.valueOf(login.get()),
						thread.getContextClassLoader()));
				done.countDown();
			});
			assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(seen).containsExactly("migration-1", true, "null", own);
		}
		finally {
			login.remove();
			Thread.currentThread().setContextClassLoader(own);
		}
	}

	@Test
	void virtualThreadsAreBoundedAndInheritNothingEither() throws Exception {
		InheritableThreadLocal<String> login = new InheritableThreadLocal<>();
		login.set("alice");
		boolean virtual = Runtime.version().feature() >= 21;
		try (FairPool pool = new FairPool(3, 2, DaemonThreads.virtual("migration-"))) {
			Lane lane = pool.lane();
			Set<Object> seen = ConcurrentHashMap.newKeySet();
			AtomicInteger running = new AtomicInteger();
			int accepted = 0;
			for (int i = 0; i < 20; i++) {
				accepted += lane.submit(() -> {
					Thread thread = Thread.currentThread();
					seen.addAll(List.of(thread.getName().replaceAll("\\d+", "#"), thread.isDaemon(),
							thread.getClass().getSimpleName(), String.valueOf(login.get())));
					running.incrementAndGet();
					hang();
				}) ? 1 : 0;
			}
			assertThat(accepted).isEqualTo(5);
			eventually(() -> assertThat(running).hasValue(3));
			assertThat(seen).containsExactlyInAnyOrder("migration-#", true, virtual ? "VirtualThread" : "Thread",
					"null");
		}
		finally {
			login.remove();
		}
	}

	@Test
	void threadsEndWhenTheyHaveNothingToDo() throws Exception {
		try (FairPool pool = pool(4, 4, Duration.ofMillis(1))) {
			Lane lane = pool.lane();
			CountDownLatch done = new CountDownLatch(8);
			for (int i = 0; i < 8; i++) {
				lane.submit(done::countDown);
			}
			done.await();
			eventually(() -> assertThat(this.threads).isNotEmpty().noneMatch(Thread::isAlive));
			CountDownLatch again = new CountDownLatch(1);
			assertThat(lane.submit(again::countDown)).isTrue();
			assertThat(again.await(30, TimeUnit.SECONDS)).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4 })
	void closeInterruptsWhatRunsAndDropsWhatWaits(int threads) {
		FairPool pool = pool(threads, 10, IDLE);
		Lane lane = pool.lane();
		AtomicInteger interrupted = new AtomicInteger();
		AtomicInteger begun = new AtomicInteger();
		AtomicInteger dropped = new AtomicInteger();
		for (int i = 0; i < threads + 10; i++) {
			lane.submit(new PoolTask() {

				@Override
				public void run() {
					begun.incrementAndGet();
					try {
						FairPoolTests.this.released.await();
					}
					catch (InterruptedException ex) {
						interrupted.incrementAndGet();
					}
				}

				@Override
				public void dropped() {
					dropped.incrementAndGet();
					throw new IllegalStateException("dropped");
				}

			});
		}
		eventually(() -> assertThat(begun).hasValue(threads));
		pool.close();
		eventually(() -> assertThat(interrupted).hasValue(threads));
		assertThat(dropped).hasValue(10);
		assertThat(lane.submit(() -> {
		})).isFalse();
		eventually(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
		assertThat(begun).hasValue(threads);
	}

	@Test
	void taskThatThrowsOrLeavesAnInterruptDoesNotHurtTheNext() throws Exception {
		try (FairPool pool = pool(1, 10, IDLE)) {
			Lane lane = pool.lane();
			lane.submit(() -> {
				throw new StackOverflowError();
			});
			lane.submit(() -> Thread.currentThread().interrupt());
			List<Boolean> interrupted = new ArrayList<>();
			CountDownLatch done = new CountDownLatch(1);
			lane.submit(() -> {
				interrupted.add(Thread.currentThread().isInterrupted());
				done.countDown();
			});
			assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(interrupted).containsExactly(false);
			assertThat(this.threads).hasSize(1);
		}
	}

	@Test
	void withoutAThreadToBeHadNothingIsAcceptedAndNothingIsLost() throws Exception {
		AtomicInteger refusals = new AtomicInteger(3);
		ThreadFactory factory = DaemonThreads.numbered("migration-");
		try (FairPool pool = new FairPool(2, 4, (task) -> {
			if (refusals.getAndDecrement() > 0) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			return factory.newThread(task);
		}, IDLE)) {
			Lane lane = pool.lane();
			for (int i = 0; i < 3; i++) {
				assertThat(lane.submit(() -> {
				})).isFalse();
			}
			CountDownLatch both = new CountDownLatch(2);
			for (int i = 0; i < 2; i++) {
				assertThat(lane.submit(() -> {
					both.countDown();
					hang();
				})).isTrue();
			}
			assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
		}
	}

	/**
	 * Many submit, some tasks throw, and somewhere in between the pool may be closed:
	 * whatever was accepted has run or was dropped, once, and never more run than may.
	 */
	@RepeatedTest(20)
	void everyAcceptedTaskRunsOrIsDroppedOnce() throws Exception {
		int bound = ThreadLocalRandom.current().nextInt(1, 5);
		boolean closes = ThreadLocalRandom.current().nextBoolean();
		FairPool pool = pool(bound, ThreadLocalRandom.current().nextInt(0, 20), Duration.ofMillis(1));
		List<Lane> lanes = List.of(pool.lane(), pool.lane(), pool.lane());
		AtomicInteger accepted = new AtomicInteger();
		AtomicInteger ended = new AtomicInteger();
		AtomicInteger running = new AtomicInteger();
		AtomicInteger tooMany = new AtomicInteger();
		AtomicInteger twice = new AtomicInteger();
		List<Thread> callers = new ArrayList<>();
		for (Lane lane : lanes) {
			for (int i = 0; i < 2; i++) {
				Thread caller = new Thread(() -> {
					for (int call = 0; call < 500; call++) {
						AtomicInteger times = new AtomicInteger();
						boolean room = lane.submit(new PoolTask() {

							@Override
							public void run() {
								if (running.incrementAndGet() > bound) {
									tooMany.incrementAndGet();
								}
								end();
								running.decrementAndGet();
								throw new IllegalStateException();
							}

							@Override
							public void dropped() {
								end();
							}

							private void end() {
								if (times.incrementAndGet() > 1) {
									twice.incrementAndGet();
								}
								ended.incrementAndGet();
							}

						});
						if (room) {
							accepted.incrementAndGet();
						}
						else {
							Thread.yield();
						}
					}
				});
				callers.add(caller);
				caller.start();
			}
		}
		if (closes) {
			eventually(() -> assertThat(accepted).hasPositiveValue());
			pool.close();
		}
		for (Thread caller : callers) {
			caller.join();
		}
		eventually(() -> assertThat(ended).hasValue(accepted.get()));
		assertThat(tooMany).hasValue(0);
		assertThat(twice).hasValue(0);
		// and the counters are back: everything can be used again
		if (!closes) {
			CountDownLatch all = new CountDownLatch(1);
			eventually(() -> assertThat(running).hasValue(0));
			eventually(() -> assertThat(lanes.get(0).submit(all::countDown)).isTrue());
			assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
			pool.close();
		}
		eventually(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
	}

}
