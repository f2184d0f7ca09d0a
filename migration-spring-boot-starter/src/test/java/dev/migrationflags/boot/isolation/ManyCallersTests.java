package dev.migrationflags.boot.isolation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.util.AopTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 500 callers at once and a new side that hangs whatever comes.
 */
@Timeout(120)
class ManyCallersTests {

	private static final int CALLERS = 500;

	@ParameterizedTest
	@CsvSource({ "detached, false", "detached, true", "concurrent, false", "concurrent, true" })
	void everyCallerIsServedThreadsAreBoundedAndDropsAreCounted(String execution, boolean virtual) {
		Shop.runner()
			.withPropertyValues("migration.flags.shop.read.execution=" + execution,
					"migration.flags.shop.read.timeout=200ms", "migration.executor.virtual=" + virtual)
			.run((context) -> {
				Shop shop = context.getBean(Shop.class);
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				CountDownLatch released = new CountDownLatch(1);
				AtomicInteger hanging = new AtomicInteger();
				Shop target = (Shop) AopTestUtils.getTargetObject(shop);
				target.newSide = () -> {
					hanging.incrementAndGet();
					while (true) {
						try {
							released.await();
							return "late";
						}
						catch (InterruptedException ex) {
							// takes no notice
						}
					}
				};
				try {
					Queue<Object> answers = new ConcurrentLinkedQueue<>();
					List<Thread> callers = new ArrayList<>();
					CountDownLatch start = new CountDownLatch(1);
					for (int i = 0; i < CALLERS; i++) {
						Thread caller = new Thread(() -> {
							try {
								start.await();
								answers.add(shop.find(1));
							}
							catch (Throwable ex) {
								answers.add(ex);
							}
						});
						callers.add(caller);
						caller.start();
					}
					start.countDown();
					for (Thread caller : callers) {
						caller.join();
					}
					assertThat(answers).hasSize(CALLERS).containsOnly("old");
					assertThat(hanging).hasValueBetween(1, 16);
					assertThat(RestartTests.migrationThreads()).hasSizeLessThanOrEqualTo(16 + 1);
					Awaitility.await()
						.untilAsserted(() -> assertThat(Shop.calls(meters, "outcome", "timeout")).isPositive());
					int waiting = "detached".equals(execution) ? 256 : 0;
					assertThat(Shop.skipped(meters, "saturated") + Shop.skipped(meters, "open")
							+ Shop.calls(meters, "outcome", "timeout"))
						.isBetween((double) CALLERS - 16 - waiting, (double) CALLERS);
					assertThat(Shop.skipped(meters, "saturated") + Shop.skipped(meters, "open")).isPositive();
				}
				finally {
					released.countDown();
				}
				// what waited has been counted by now: too late to begin
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(Shop.skipped(meters, "saturated") + Shop.skipped(meters, "open")
							+ Shop.calls(meters, "origin", "new"))
						.isEqualTo(CALLERS));
			});
	}

}
