package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MemoryStages;
import dev.migrationflags.flags.Move;
import dev.migrationflags.flags.Readiness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.RAMP_DOWN;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Which moves marked keys refuse before calls are held.
 */
class BacklogCheckTests {

	private static final String FLAG = "orders-db";

	private static final Duration D = Duration.ofSeconds(10);

	private static final int BEARABLE = 3;

	private final MarkStore marks = new MemoryMarks((flag, epoch) -> true);

	private @Nullable KeyRepairs repairs;

	@AfterEach
	void close() {
		if (this.repairs != null) {
			this.repairs.close();
		}
	}

	/**
	 * A flag whose keys are repaired where its stage writes both sides, which fails.
	 */
	private Flag flag(MigrationStage stage, String... required) {
		FlagRegistry registry = FlagRegistry
			.of(List.of(MigrationFlag.named(FLAG).stage(stage).writeDeadline(D).readinessRequired(required).build()));
		this.repairs = new KeyRepairs(this.marks, new MemoryStages(registry), EngineMeters.none(),
				new KeyRepairs.Settings(Duration.ofMillis(10), Duration.ofMillis(5), Duration.ofMillis(5), 20, 64,
						1000));
		KeyedStore<Object, Object> side = new Side();
		this.repairs.start(registry.get(FLAG),
				new KeyedSides(Objects.requireNonNull(KeyTexts.of(Long.class)), side, side), CopyWatch.NONE);
		return registry.get(FLAG);
	}

	private BacklogCheck check() {
		return new BacklogCheck(this.marks, () -> Objects.requireNonNull(this.repairs), BEARABLE);
	}

	private void leaveMarked(int count) throws NotCurrentException {
		for (int key = 0; key < count; key++) {
			Registration registration = this.marks.begin(new WriteIntent(FLAG, 0, List.of("" + key), D));
			this.marks.finish(registration, false, true);
		}
	}

	@Test
	void asManyAsCanBeRepairedInAHoldShowAndDoNotRefuse() throws NotCurrentException {
		Flag flag = flag(OFF);
		leaveMarked(BEARABLE);
		for (Move move : List.of(new Move(flag, SHADOW, LIVE), new Move(flag, LIVE, SHADOW),
				new Move(flag, RAMP_DOWN, COMPLETE))) {
			assertThat(check().refusal(move)).isNull();
			assertThat(check().show(move)).extracting(Readiness.Check::ok, Readiness.Check::blocks)
				.containsExactly(false, true);
		}
	}

	@Test
	void moreRefuseAndSoDoesOneThatIsParked() throws NotCurrentException {
		Flag flag = flag(OFF);
		leaveMarked(BEARABLE + 1);
		assertThat(check().refusal(new Move(flag, SHADOW, LIVE))).contains("4 keys wait");
		assertThat(check().refusal(new Move(flag, DUAL_WRITE, SHADOW))).isNull();
		this.marks.claim(FLAG, 100, D).forEach(this.marks::repaired);
		leaveMarked(1);
		this.marks.failed(this.marks.claim(FLAG, 1, D).get(0), true, null, true);
		assertThat(check().refusal(new Move(flag, SHADOW, LIVE))).contains("1 were given up");
	}

	@Test
	void oneThatRepairDoesNotGetOnWithRefusesAtOnce() throws NotCurrentException {
		Flag flag = flag(SHADOW);
		leaveMarked(1);
		await().until(() -> {
			String refusal = check().refusal(new Move(flag, SHADOW, LIVE));
			return refusal != null && refusal.contains("1 keys wait");
		});
	}

	@Test
	void otherStepsForwardAreRefusedWhereItIsRequiredAndThenByTheFirst() throws NotCurrentException {
		Flag flag = flag(OFF, "backlog");
		assertThat(check().refusal(new Move(flag, DUAL_WRITE, SHADOW))).isNull();
		leaveMarked(1);
		assertThat(check().refusal(new Move(flag, DUAL_WRITE, SHADOW))).contains("1 keys wait");
		assertThat(check().refusal(new Move(flag, SHADOW, DUAL_WRITE))).isNull();
		assertThat(check().refusal(new Move(flag, SHADOW, LIVE))).isNull();
	}

	private static final class Side implements KeyedStore<Object, Object> {

		@Override
		public Optional<Object> find(Object key) {
			throw new IllegalStateException("down");
		}

		@Override
		public void put(Object key, Object value) {
			throw new IllegalStateException("down");
		}

		@Override
		public void remove(Object key) {
			throw new IllegalStateException("down");
		}

		@Override
		public List<Object> keysAfter(@Nullable Object last, int limit) {
			return List.of();
		}

	}

}
