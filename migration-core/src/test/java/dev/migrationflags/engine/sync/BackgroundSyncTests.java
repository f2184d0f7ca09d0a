package dev.migrationflags.engine.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import dev.migrationflags.Mismatch;
import dev.migrationflags.MigrationException;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.SyncStatus;
import dev.migrationflags.SyncStatus.State;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.mark.Claim;
import dev.migrationflags.engine.mark.CopyWatch;
import dev.migrationflags.engine.mark.KeyTexts;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mark.MemoryMarks;
import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.mark.Registration;
import dev.migrationflags.engine.mark.WriteIntent;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MemoryStages;
import dev.migrationflags.flags.StageMoves;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * All keys of a flag in memory are copied, or compared, while others write.
 */
class BackgroundSyncTests {

	private static final String FLAG = "orders-db";

	private static final Duration D = Duration.ofSeconds(2);

	private static final int KEYS = 200;

	private final TestStore oldSide = new TestStore();

	private final TestStore newSide = new TestStore();

	private final KeyedSides sides = new KeyedSides(Objects.requireNonNull(KeyTexts.of(Long.class)), this.oldSide,
			this.newSide);

	private final FlagRegistry flags = FlagRegistry
		.of(List.of(MigrationFlag.named(FLAG).stage(MigrationStage.DUAL_WRITE).writeDeadline(D).build(),
				MigrationFlag.named("plain").stage(MigrationStage.DUAL_WRITE).build()));

	private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

	private final StageMoves moves = new StageMoves(this.flags, (event) -> {
	}, () -> null, this.clock, true, true);

	private final MarkStore marks = new MemoryMarks((flag, epoch) -> true);

	private final MemorySyncs store = new MemorySyncs();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final MismatchReporter reporter = new MismatchReporter(100, List::of, Clock.systemUTC());

	private final List<BackgroundSync> all = new ArrayList<>();

	private final BackgroundSync sync = node();

	private BackgroundSync node() {
		SyncSettings settings = new SyncSettings(100_000, 16, Duration.ofMillis(20), Duration.ofMillis(500),
				Duration.ofMillis(1), Duration.ofMillis(5), 5);
		BackgroundSync node = new BackgroundSync(new BackgroundSync.Parts(this.flags, () -> Map.of(FLAG, this.sides),
				this.marks, new MemoryStages(this.flags), this.store, ComparatorLookup.NONE, false, this.reporter,
				new EngineMeters(() -> this.meters), Clock.systemUTC(), (flag) -> CopyWatch.NONE), settings);
		this.all.add(node);
		return node;
	}

	@AfterEach
	void close() {
		this.all.forEach(BackgroundSync::close);
		this.reporter.close();
	}

	private void fill() {
		for (long key = 0; key < KEYS; key++) {
			this.oldSide.rows.put(key, "value " + key);
		}
	}

	private SyncStatus ended() {
		Awaitility.await().until(() -> this.sync.status(FLAG).state() != State.RUNNING);
		return this.sync.status(FLAG);
	}

	/**
	 * What repair does.
	 */
	private void repair(MigrationStage stage) {
		for (Claim claim : this.marks.claim(FLAG, 1000, D)) {
			Object value = this.sides.of(stage.authority()).find(Long.valueOf(claim.key())).orElse(null);
			if (value != null) {
				this.sides.of(stage.authority().other()).put(Long.valueOf(claim.key()), value);
			}
			else {
				this.sides.of(stage.authority().other()).remove(Long.valueOf(claim.key()));
			}
			this.marks.repaired(claim);
		}
	}

	@Test
	void everyKeyIsCopiedAndOrphansGo() {
		fill();
		this.newSide.rows.put(7L, "outdated");
		this.newSide.rows.put(8L, "value 8");
		this.newSide.rows.put(1000L, "orphan");
		assertThat(this.sync.status(FLAG)).isEqualTo(SyncStatus.IDLE);
		this.sync.backfill(FLAG);
		SyncStatus status = ended();
		assertThat(status.state()).isEqualTo(State.DONE);
		assertThat(status.kind()).isEqualTo(SyncStatus.Kind.BACKFILL);
		assertThat(status.done()).isEqualTo(KEYS + 1);
		assertThat(status.total()).isEqualTo(KEYS + 1);
		assertThat(status.differences()).isEqualTo(KEYS);
		assertThat(this.newSide.rows).isEqualTo(this.oldSide.rows);
		assertThat(this.marks.hasMarks(FLAG)).isFalse();
		Awaitility.await()
			.until(() -> this.meters.get("migration.sync.done").tag("flag", FLAG).gauge().value() == KEYS + 1);
	}

	@Test
	void verificationCountsAndReportsWhatDiffers() {
		fill();
		this.newSide.rows.putAll(this.oldSide.rows);
		this.newSide.rows.put(7L, "another");
		this.newSide.rows.remove(8L);
		this.newSide.rows.put(1000L, "orphan");
		this.sync.verify(FLAG);
		SyncStatus status = ended();
		assertThat(status.state()).isEqualTo(State.DONE);
		assertThat(status.differences()).isEqualTo(3);
		assertThat(this.reporter.recent(FLAG)).hasSize(3).extracting(Mismatch::operation).containsOnly("verification");
		assertThat(this.newSide.rows).containsEntry(7L, "another").containsEntry(1000L, "orphan");
		this.sync.backfill(FLAG);
		ended();
		this.sync.verify(FLAG);
		assertThat(ended().differences()).isZero();
	}

	@Test
	void writersAreNeverOverwrittenAndDeletedKeysStayDeleted() throws Exception {
		fill();
		AtomicBoolean stop = new AtomicBoolean();
		AtomicLong values = new AtomicLong();
		List<Thread> writers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			Thread writer = new Thread(() -> {
				while (!stop.get()) {
					write(ThreadLocalRandom.current().nextLong(KEYS + 20), values.incrementAndGet());
				}
			});
			writer.start();
			writers.add(writer);
		}
		this.sync.backfill(FLAG);
		assertThat(ended().state()).isEqualTo(State.DONE);
		stop.set(true);
		for (Thread writer : writers) {
			writer.join();
		}
		Awaitility.await().until(() -> {
			repair(MigrationStage.DUAL_WRITE);
			return !this.marks.hasMarks(FLAG);
		});
		assertThat(this.newSide.rows).isEqualTo(this.oldSide.rows);
	}

	/**
	 * A dual write that updates or deletes, and does nothing where there is nothing.
	 */
	private void write(long key, long value) {
		try {
			Registration registration = this.marks.begin(new WriteIntent(FLAG, 0, List.of(String.valueOf(key)), D));
			for (TestStore side : List.of(this.oldSide, this.newSide)) {
				if (value % 4 == 0) {
					side.rows.remove(key);
				}
				else {
					side.rows.computeIfPresent(key, (k, before) -> "value " + value);
				}
			}
			this.marks.finish(registration, true, true);
		}
		catch (NotCurrentException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void anotherNodeGoesOnWithTheLastCheckpoint() {
		fill();
		CountDownLatch half = new CountDownLatch(1);
		this.newSide.beforeWrite = (key) -> {
			if (key.equals((long) KEYS / 2)) {
				half.countDown();
				throw new IllegalStateException("the node dies");
			}
		};
		this.sync.backfill(FLAG);
		Awaitility.await().until(() -> half.getCount() == 0);
		this.sync.close();
		this.newSide.beforeWrite = (key) -> {
		};
		long before = this.store.find(Set.of(FLAG)).values().iterator().next().done();
		BackgroundSync other = node();
		other.start();
		Awaitility.await().until(() -> other.status(FLAG).state() == State.DONE);
		assertThat(before).isPositive();
		assertThat(other.status(FLAG).done()).isEqualTo(KEYS);
		Awaitility.await().until(() -> {
			repair(MigrationStage.DUAL_WRITE);
			return !this.marks.hasMarks(FLAG);
		});
		assertThat(this.newSide.rows).isEqualTo(this.oldSide.rows);
	}

	@Test
	void keyThatCannotBeCopiedIsLeftToRepair() {
		fill();
		this.newSide.beforeWrite = (key) -> {
			if (key.equals(50L)) {
				throw new IllegalStateException("poison");
			}
		};
		this.sync.backfill(FLAG);
		assertThat(ended().state()).isEqualTo(State.DONE);
		assertThat(this.newSide.rows).hasSize(KEYS - 1);
		assertThat(this.marks.isMarked(FLAG, List.of("50"))).isTrue();
		assertThat(this.marks.isMarked(FLAG, List.of("51"))).isFalse();
	}

	@Test
	void sideThatIsAwayForGoodFailsItAndItGoesOnLater() {
		fill();
		AtomicBoolean away = new AtomicBoolean();
		this.newSide.beforeWrite = (key) -> {
			away.compareAndSet(false, key.equals(100L));
			if (away.get()) {
				throw new IllegalStateException("away");
			}
		};
		this.sync.backfill(FLAG);
		SyncStatus failed = ended();
		assertThat(failed.state()).isEqualTo(State.FAILED);
		assertThat(failed.done()).isPositive().isLessThan(KEYS);
		this.newSide.beforeWrite = (key) -> {
		};
		this.sync.backfill(FLAG);
		assertThat(ended().done()).isEqualTo(KEYS);
		Awaitility.await().until(() -> {
			repair(MigrationStage.DUAL_WRITE);
			return !this.marks.hasMarks(FLAG);
		});
		assertThat(this.newSide.rows).isEqualTo(this.oldSide.rows);
	}

	@Test
	void whatRunsCanBeCancelledAndRunsOnce() {
		fill();
		CountDownLatch go = new CountDownLatch(1);
		this.newSide.beforeWrite = (key) -> awaitLatch(go);
		this.sync.backfill(FLAG);
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> this.sync.verify(FLAG))
			.withMessageContaining("runs already");
		this.sync.cancel(FLAG);
		assertThat(this.sync.status(FLAG).state()).isEqualTo(State.CANCELLED);
		go.countDown();
		this.newSide.beforeWrite = (key) -> {
		};
		this.sync.backfill(FLAG);
		assertThat(ended().state()).isEqualTo(State.DONE);
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void changeOfClassMakesItVoidAndOneWithinTheClassDoesNot() {
		fill();
		this.sync.backfill(FLAG);
		ended();
		this.moves.moveTo(FLAG, MigrationStage.SHADOW, "test");
		assertThat(this.sync.status(FLAG).state()).isEqualTo(State.DONE);
		this.moves.moveTo(FLAG, MigrationStage.LIVE, "test");
		assertThat(this.sync.status(FLAG).state()).isEqualTo(State.VOID);
		this.oldSide.rows.clear();
		this.sync.backfill(FLAG);
		assertThat(ended().state()).isEqualTo(State.DONE);
		assertThat(this.oldSide.rows).isEqualTo(this.newSide.rows).hasSize(KEYS);
	}

	@Test
	void whatRunsEndsWhenTheClassChanges() {
		fill();
		CountDownLatch go = new CountDownLatch(1);
		CountDownLatch begun = new CountDownLatch(1);
		this.newSide.beforeWrite = (key) -> {
			begun.countDown();
			awaitLatch(go);
		};
		this.sync.backfill(FLAG);
		awaitLatch(begun);
		this.moves.forceTo(FLAG, MigrationStage.OFF, "test");
		go.countDown();
		assertThat(ended().state()).isEqualTo(State.VOID);
		assertThat(this.newSide.rows.size()).isLessThanOrEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "OFF", "COMPLETE" })
	void stageThatWritesOneSideIsRefused(MigrationStage stage) {
		this.moves.forceTo(FLAG, stage, "test");
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> this.sync.backfill(FLAG))
			.withMessageContaining("is at " + stage.key());
	}

	@Test
	void flagWithoutStoresIsRefused() {
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> this.sync.verify("plain"))
			.withMessageContaining("no keyed stores");
		assertThat(this.sync.status("plain")).isEqualTo(SyncStatus.IDLE);
	}

	@Test
	void differenceOfAMarkedKeyDoesNotCount() throws NotCurrentException {
		fill();
		this.newSide.rows.putAll(this.oldSide.rows);
		this.newSide.rows.put(7L, "not yet");
		this.marks.begin(new WriteIntent(FLAG, 0, List.of("7"), D));
		CountDownLatch looked = new CountDownLatch(2);
		this.newSide.beforeRead = (key) -> {
			if (Long.valueOf(7).equals(key)) {
				looked.countDown();
			}
		};
		this.sync.verify(FLAG);
		awaitLatch(looked);
		this.newSide.rows.put(7L, "value 7");
		SyncStatus status = ended();
		assertThat(status.state()).isEqualTo(State.DONE);
		assertThat(status.differences()).isZero();
	}

	@Test
	void parkedKeysAreTriedAgain() {
		Claim claim = this.marks.markAndClaim(FLAG, List.of("1"), D).get(0);
		this.marks.failed(claim, false, null, true);
		assertThat(this.sync.retryParked(FLAG)).isEqualTo(1);
		assertThat(this.marks.claim(FLAG, 10, D)).hasSize(1);
	}

}
