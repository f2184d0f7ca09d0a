package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MemoryStages;
import dev.migrationflags.flags.Repairs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Marked keys are copied from the side that leads.
 */
class KeyRepairsTests {

	private static final String FLAG = "orders-db";

	private static final Duration D = Duration.ofSeconds(10);

	private final Store oldSide = new Store();

	private final Store newSide = new Store();

	private final KeyedSides sides = new KeyedSides(Objects.requireNonNull(KeyTexts.of(Long.class)), this.oldSide,
			this.newSide);

	private final MarkStore marks = new MemoryMarks((flag, epoch) -> true);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private @Nullable KeyRepairs repairs;

	@AfterEach
	void close() {
		if (this.repairs != null) {
			this.repairs.close();
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void markedKeyIsCopiedFromTheSideThatLeads(MigrationStage stage) throws Exception {
		this.oldSide.put(1L, "old");
		this.newSide.put(1L, "new");
		leaveMarked("1");
		start(stage, 20);
		awaitNoMarks();
		String leading = (stage.authority() == dev.migrationflags.MigrationOrigin.OLD) ? "old" : "new";
		assertThat(this.oldSide.find(1L)).contains(leading);
		assertThat(this.newSide.find(1L)).contains(leading);
		await().untilAsserted(() -> assertThat(count("repaired")).isEqualTo(1));
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "OFF", "COMPLETE" })
	void nothingIsCopiedWhereOneSideIsWrittenOnly(MigrationStage stage) throws Exception {
		this.oldSide.put(1L, "old");
		leaveMarked("1");
		start(stage, 20);
		await().until(() -> Long.valueOf(1).equals(repairs().of(FLAG).pending()));
		assertThat(this.newSide.find(1L)).isEmpty();
	}

	@Test
	void keyThatTheLeadingSideLacksIsRemoved() throws Exception {
		this.newSide.put(1L, "phantom");
		leaveMarked("1");
		start(MigrationStage.DUAL_WRITE, 20);
		awaitNoMarks();
		assertThat(this.newSide.find(1L)).isEmpty();
	}

	@Test
	void markThatIsLeftWakesTheRepair() throws Exception {
		start(MigrationStage.DUAL_WRITE, 20, Duration.ofHours(1));
		await().until(() -> Long.valueOf(0).equals(repairs().of(FLAG).pending()));
		this.oldSide.put(1L, "late");
		leaveMarked("1");
		awaitNoMarks();
		assertThat(this.newSide.find(1L)).contains("late");
		assertThat(count("marked")).isEqualTo(1);
	}

	@Test
	void poisonKeyIsParkedWhileOthersAreRepairedAndComesBackWhenAskedFor() throws Exception {
		this.newSide.refused.add(1L);
		this.oldSide.put(1L, "poison");
		leaveMarked("1");
		start(MigrationStage.DUAL_WRITE, 2);
		// a failure is the key's own only if another key was repaired since the last one
		long next = 2;
		while (this.marks.counts(FLAG).parked() == 0) {
			assertThat(next).isLessThan(1000);
			long key = next++;
			this.oldSide.put(key, "fine");
			leaveMarked(Long.toString(key));
			await().until(() -> this.newSide.find(key).isPresent());
		}
		assertThat(count("parked")).isEqualTo(1);
		this.newSide.refused.clear();
		assertThat(this.marks.retryParked(FLAG)).isEqualTo(1);
		repairs().wake(FLAG);
		awaitNoMarks();
		assertThat(this.newSide.find(1L)).contains("poison");
	}

	@Test
	void outageOfAWholeSideParksNothing() throws Exception {
		LongStream.range(0, 20).forEach((key) -> this.oldSide.put(key, "value"));
		this.newSide.down = true;
		for (long key = 0; key < 20; key++) {
			leaveMarked(Long.toString(key));
		}
		start(MigrationStage.DUAL_WRITE, 1);
		await().until(() -> count("failed") >= 12);
		assertThat(this.marks.counts(FLAG).parked()).isZero();
		this.newSide.down = false;
		awaitNoMarks();
		assertThat(count("parked")).isZero();
		assertThat(this.newSide.values).hasSize(20);
	}

	@Test
	void keyThatSomebodyMayBeWritingIsLeftAlone() throws Exception {
		Registration writer = this.marks.begin(new WriteIntent(FLAG, 0, List.of("1"), D));
		this.oldSide.put(1L, "half");
		this.oldSide.put(2L, "other");
		leaveMarked("2");
		start(MigrationStage.DUAL_WRITE, 20);
		await().until(() -> this.newSide.find(2L).isPresent());
		assertThat(this.newSide.find(1L)).isEmpty();
		this.marks.finish(writer, false, true);
		awaitNoMarks();
		assertThat(this.newSide.find(1L)).contains("half");
	}

	@Test
	void fiveRepairersAtOnceRepairAll() throws Exception {
		LongStream.range(0, 200).forEach((key) -> this.oldSide.put(key, "value" + key));
		for (long key = 0; key < 200; key++) {
			leaveMarked(Long.toString(key));
		}
		Flag flag = flag(MigrationStage.DUAL_WRITE);
		List<KeyRepairs> all = LongStream.range(0, 5)
			.mapToObj((i) -> repairs(flag, 20, Duration.ofMillis(20)))
			.toList();
		all.forEach((one) -> one.start(flag, this.sides, CopyWatch.NONE));
		awaitNoMarks();
		all.forEach(KeyRepairs::close);
		assertThat(this.newSide.values).isEqualTo(this.oldSide.values);
	}

	@Test
	void copyIsToldFromBeforeItsWriteUntilAfterIt() throws Exception {
		List<String> told = new CopyOnWriteArrayList<>();
		this.oldSide.put(1L, "value");
		this.newSide.refused.add(2L);
		this.oldSide.put(2L, "poison");
		leaveMarked("1");
		leaveMarked("2");
		Flag flag = flag(MigrationStage.DUAL_WRITE);
		this.repairs = repairs(flag, 20, Duration.ofMillis(20));
		this.repairs.start(flag, this.sides, new CopyWatch() {

			@Override
			public void begun(String key) {
				told.add("begun " + key + " " + KeyRepairsTests.this.newSide.values);
			}

			@Override
			public void ended(String key) {
				told.add("ended " + key + " " + KeyRepairsTests.this.newSide.values);
			}

		});
		await().until(() -> told.size() >= 4);
		assertThat(told).startsWith("begun 1 {}", "ended 1 {1=value}", "begun 2 {1=value}", "ended 2 {1=value}");
	}

	@Test
	void flagWithoutKeyedStoresHasNothingToRepair() {
		start(MigrationStage.DUAL_WRITE, 20);
		assertThat(repairs().of("another")).isEqualTo(Repairs.NONE);
	}

	private void leaveMarked(String key) throws NotCurrentException {
		Registration registration = this.marks.begin(new WriteIntent(FLAG, 0, List.of(key), D));
		this.marks.finish(registration, false, true);
	}

	private void awaitNoMarks() {
		await().atMost(Duration.ofSeconds(30)).until(() -> !this.marks.hasMarks(FLAG));
	}

	private double count(String result) {
		return this.meters.find("migration.repairs")
			.tags("flag", FLAG, "result", result)
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	private void start(MigrationStage stage, int attempts) {
		start(stage, attempts, Duration.ofMillis(20));
	}

	private void start(MigrationStage stage, int attempts, Duration interval) {
		Flag flag = flag(stage);
		this.repairs = repairs(flag, attempts, interval);
		this.repairs.start(flag, this.sides, CopyWatch.NONE);
	}

	private KeyRepairs repairs() {
		return Objects.requireNonNull(this.repairs);
	}

	private FlagRegistry registry = FlagRegistry.of(List.of());

	private Flag flag(MigrationStage stage) {
		this.registry = FlagRegistry.of(List.of(MigrationFlag.named(FLAG).stage(stage).writeDeadline(D).build()));
		return this.registry.get(FLAG);
	}

	private KeyRepairs repairs(Flag flag, int attempts, Duration interval) {
		return new KeyRepairs(this.marks, new MemoryStages(this.registry), new EngineMeters(() -> this.meters),
				new KeyRepairs.Settings(interval, Duration.ofMillis(5), Duration.ofMillis(40), attempts, 64, 10_000));
	}

	private static final class Store implements KeyedStore<Object, Object> {

		private final Map<Object, Object> values = new ConcurrentSkipListMap<>();

		private final Set<Object> refused = ConcurrentHashMap.newKeySet();

		private volatile boolean down;

		@Override
		public Optional<Object> find(Object key) {
			return Optional.ofNullable(this.values.get(key));
		}

		@Override
		public void put(Object key, Object value) {
			if (this.down || this.refused.contains(key)) {
				throw new IllegalStateException("out of order");
			}
			this.values.put(key, value);
		}

		@Override
		public void remove(Object key) {
			this.values.remove(key);
		}

		@Override
		public List<Object> keysAfter(@Nullable Object last, int limit) {
			return List.copyOf(this.values.keySet());
		}

	}

}
