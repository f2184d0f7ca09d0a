package dev.migrationflags.engine.mismatch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.migrationflags.Difference;
import dev.migrationflags.Difference.Kind;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.Mismatch;
import dev.migrationflags.MismatchListener;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MismatchReporter}.
 */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class MismatchReporterTests {

	private static final Instant NOW = Instant.parse("2025-02-03T04:05:06Z");

	private static final String SECRET = "secret of a user";

	private final BlockingQueue<Mismatch> told = new LinkedBlockingQueue<>();

	private @Nullable MismatchReporter opened;

	@AfterEach
	void close() {
		if (this.opened != null) {
			this.opened.close();
		}
	}

	private MismatchReporter reporter(int keep, MismatchListener... listeners) {
		return reporter(keep, () -> List.of(listeners));
	}

	private MismatchReporter reporter(int keep, Supplier<List<MismatchListener>> listeners) {
		MismatchReporter reporter = new MismatchReporter(keep, listeners, Clock.fixed(NOW, ZoneOffset.UTC));
		this.opened = reporter;
		return reporter;
	}

	private static void report(MismatchReporter reporter, String operation) {
		report(reporter, operation, null);
	}

	private static void report(MismatchReporter reporter, String operation, @Nullable Object key) {
		reporter.report("orders-db", operation, MigrationStage.SHADOW, key,
				List.of(new Difference("lines[0].price", Kind.VALUE, SECRET, SECRET)));
	}

	@Test
	void mismatchSaysWhereItCameFrom() throws Exception {
		MismatchReporter reporter = reporter(10, this.told::add);
		report(reporter, "find", 42L);
		Mismatch mismatch = this.told.take();
		assertThat(reporter.recent("orders-db")).containsExactly(mismatch);
		assertThat(mismatch.flag()).isEqualTo("orders-db");
		assertThat(mismatch.operation()).isEqualTo("find");
		assertThat(mismatch.stage()).isEqualTo(MigrationStage.SHADOW);
		assertThat(mismatch.time()).isEqualTo(NOW);
		assertThat(mismatch.keyDigest()).isNotBlank();
		assertThat(mismatch.differences()).hasToString("[lines[0].price VALUE]");
	}

	@Test
	void recentOnesAreKeptPerFlagNewestFirst() {
		MismatchReporter reporter = reporter(3);
		IntStream.range(0, 10).forEach((i) -> report(reporter, "operation" + i));
		reporter.report("other", "find", MigrationStage.LIVE, null, List.of());
		assertThat(reporter.recent("orders-db")).extracting(Mismatch::operation)
			.containsExactly("operation9", "operation8", "operation7");
		assertThat(reporter.recent("other")).hasSize(1);
		assertThat(reporter.recent("unheard of")).isEmpty();
	}

	@Test
	void keepingNoneIsPossible() throws Exception {
		MismatchReporter reporter = reporter(0, this.told::add);
		report(reporter, "find");
		assertThat(this.told.take().operation()).isEqualTo("find");
		assertThat(reporter.recent("orders-db")).isEmpty();
	}

	@Test
	void listenersRunInOrderOnADaemonThreadOfTheirOwn() throws Exception {
		BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
		MismatchReporter reporter = reporter(10, (mismatch) -> threads.add(Thread.currentThread()), this.told::add);
		IntStream.range(0, 20).forEach((i) -> report(reporter, "operation" + i));
		for (int i = 0; i < 20; i++) {
			Thread thread = threads.take();
			assertThat(thread).isNotSameAs(Thread.currentThread());
			assertThat(thread.isDaemon()).isTrue();
			assertThat(thread.getName()).startsWith("migration-");
			assertThat(this.told.take().operation()).isEqualTo("operation" + i);
		}
	}

	@Test
	void listenersAreLookedUpOnTheirOwnThreadToo() throws Exception {
		BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
		MismatchReporter reporter = reporter(10, () -> {
			threads.add(Thread.currentThread());
			return List.of();
		});
		report(reporter, "find");
		assertThat(threads.take()).isNotSameAs(Thread.currentThread());
	}

	@Test
	void listenerThatThrowsKeepsNoOtherFromHearing() throws Exception {
		MismatchReporter reporter = reporter(10, (mismatch) -> {
			throw new IllegalStateException();
		}, (mismatch) -> {
			throw new AssertionError();
		}, this.told::add);
		report(reporter, "first");
		report(reporter, "second");
		assertThat(this.told.take().operation()).isEqualTo("first");
		assertThat(this.told.take().operation()).isEqualTo("second");
	}

	@Test
	void listenersThatCannotBeFoundCostNothingElse() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		MismatchReporter reporter = reporter(10, () -> {
			if (asked.getAndIncrement() == 0) {
				throw new IllegalStateException();
			}
			return List.of(this.told::add);
		});
		report(reporter, "first");
		report(reporter, "second");
		assertThat(this.told.take().operation()).isEqualTo("second");
		assertThat(reporter.recent("orders-db")).hasSize(2);
	}

	@Test
	void listenerThatHangsBlocksNobodyAndWhatIsTooMuchIsDropped() throws Exception {
		CountDownLatch hanging = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		MismatchReporter reporter = reporter(5, (mismatch) -> {
			hanging.countDown();
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}, this.told::add);
		report(reporter, "first");
		hanging.await();
		IntStream.range(0, 10_000).forEach((i) -> report(reporter, "operation" + i));
		assertThat(reporter.recent("orders-db")).extracting(Mismatch::operation).startsWith("operation9999");
		assertThat(this.told).isEmpty();
		release.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(this.told).hasSize(257));
		report(reporter, "last");
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(this.told).hasSize(258).last().extracting(Mismatch::operation).isEqualTo("last"));
	}

	@Test
	void closingEndsTheThreadAndReportsGoOnBeingKept() throws Exception {
		CountDownLatch interrupted = new CountDownLatch(1);
		CountDownLatch hanging = new CountDownLatch(1);
		MismatchReporter reporter = reporter(5, (mismatch) -> {
			hanging.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
		});
		report(reporter, "first");
		hanging.await();
		reporter.close();
		assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
		report(reporter, "second");
		assertThat(reporter.recent("orders-db")).hasSize(2);
	}

	@Test
	void keyThatCannotBeReadLosesItsDigestOnly() throws Exception {
		MismatchReporter reporter = reporter(5, this.told::add);
		report(reporter, "find", new Object() {
			@Override
			public String toString() {
				throw new IllegalStateException();
			}
		});
		Mismatch mismatch = Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.until(this.told::poll, (found) -> found != null);
		assertThat(mismatch.keyDigest()).isNull();
		assertThat(reporter.recent("orders-db")).hasSize(1);
	}

	@Test
	void logLineCarriesNeitherValuesNorKeys() {
		Logger logger = (Logger) LoggerFactory.getLogger(MismatchReporter.class);
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		Level level = logger.getLevel();
		lines.start();
		logger.addAppender(lines);
		logger.setLevel(Level.DEBUG);
		try {
			MismatchReporter reporter = reporter(5);
			report(reporter, "find", "key of a user");
			assertThat(lines.list).singleElement().satisfies((line) -> {
				assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
				assertThat(line.getFormattedMessage()).contains("orders-db", "find", "shadow", "lines[0].price VALUE")
					.contains(reporter.recent("orders-db").get(0).keyDigest())
					.doesNotContain(SECRET, "key of a user");
			});
		}
		finally {
			logger.setLevel(level);
			logger.detachAppender(lines);
		}
	}

}
