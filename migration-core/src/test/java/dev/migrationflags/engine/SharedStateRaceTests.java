package dev.migrationflags.engine;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.mark.KeyTexts;
import dev.migrationflags.engine.mark.WriteIntent;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.flags.Decision;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.random.Race;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the threads of one call, of one request or of one operation share.
 */
@Timeout(120)
class SharedStateRaceTests {

	private static final Flag FLAG = flag(MigrationStage.DUAL_WRITE);

	private static final Flag MOVED = flag(MigrationStage.SHADOW);

	private static Flag flag(MigrationStage stage) {
		return FlagRegistry.of(List.of(MigrationFlag.named(TestEngine.FLAG).stage(stage).build())).get(TestEngine.FLAG);
	}

	private static Decision at(Flag flag) {
		return flag.position().decision(flag.stage());
	}

	@Test
	void callsOfARequestThatMeetAMoveHaveOneStage() throws Throwable {
		class Request {

			final Pins pins = new Pins();

			final Subject subject = Subject.of(FLAG, null);

			@Nullable Decision before;

			@Nullable Decision after;

		}
		Race.of(Request::new)
			.times(30_000)
			.run((request) -> request.before = request.pins.decide(request.subject, at(FLAG), Long.MAX_VALUE))
			.run((request) -> request.after = request.pins.decide(request.subject, at(MOVED), Long.MAX_VALUE))
			.hold((request) -> {
				MigrationStage stage = Objects.requireNonNull(request.before).stage();
				assertThat(Objects.requireNonNull(request.after).stage()).isEqualTo(stage);
			});
	}

	@Test
	void endOfAWriteIsNotedOnce() throws Throwable {
		RecentWrites writes = new RecentWrites(() -> 0);
		class Write {

			final KeyNotice notice = writes.announce(TestCall.of(() -> null, () -> null).withKey("key"));

		}
		Race.of(Write::new)
			.run((write) -> write.notice.over())
			.run((write) -> write.notice.over())
			.hold((write) -> assertThat(write.notice.isOpen()).isFalse());
		assertThat(writes.met("key", 1)).as("a write is under way").isFalse();
		KeyNotice another = writes.announce(TestCall.of(() -> null, () -> null).withKey("key"));
		assertThat(writes.met("key", 1)).as("another write is under way").isTrue();
		another.over();
	}

	@Test
	void registrationOfAWriteEndsOnce() throws Throwable {
		EngineMeters meters = new EngineMeters(SimpleMeterRegistry::new);
		TestMarks store = new TestMarks();
		WriteMarks marks = new WriteMarks(OperationSpec.of(FLAG, "save", OperationType.WRITE), store,
				Objects.requireNonNull(KeyTexts.of(String.class)), meters,
				meters.operation(FLAG.key(), "save", "write", true, true), CallerTransactions.NONE);
		long deadline = System.nanoTime() + Duration.ofHours(1).toNanos();
		WriteIntent intent = new WriteIntent(FLAG.key(), 0, List.of("key"), Duration.ofHours(1));
		for (int i = 0; i < 25; i++) {
			store.log.clear();
			Race.of(() -> WriteMark.of(marks, 0, deadline, store.begin(intent, null)))
				.times(40)
				.run((mark) -> mark.over(false))
				.run((mark) -> mark.over(false))
				.hold((mark) -> assertThat(mark.indeterminate()).isNull());
			assertThat(store.log.stream().filter("finish ok, not started"::equals)).hasSize(40);
		}
	}

	@Test
	void firstCountsOfAMeterAreBothThere() throws Throwable {
		class Counted {

			final SimpleMeterRegistry registry = new SimpleMeterRegistry();

			final OperationMeters meters = new EngineMeters(() -> this.registry).operation(FLAG.key(), "find", "read",
					true, true);

			void count() {
				this.meters.skipped(SkipReason.SATURATED);
				this.meters.success(MigrationStage.SHADOW, MigrationOrigin.OLD, 1);
			}

		}
		Race.of(Counted::new).times(2000).run(Counted::count).run(Counted::count).hold((counted) -> {
			assertThat(counted.registry.get("migration.skipped").counter().count()).isEqualTo(2);
			assertThat(counted.registry.get("migration.calls").timer().count()).isEqualTo(2);
			counted.registry.close();
		});
	}

}
