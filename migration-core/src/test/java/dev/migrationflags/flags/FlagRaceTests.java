package dev.migrationflags.flags;

import java.time.Instant;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.random.Race;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that begin and end while their flag is moved.
 */
@Timeout(120)
class FlagRaceTests {

	private static final MigrationFlag DEFINITION = MigrationFlag.named("orders-db")
		.stage(MigrationStage.SHADOW)
		.build();

	private static final StageChangedEvent FLIP = new StageChangedEvent("orders-db", MigrationStage.SHADOW,
			MigrationStage.LIVE, "", "", 1, false, Instant.EPOCH);

	@Test
	void writeThatEntersIsSeenByTheMoverOrSeesIt() throws Throwable {
		Race.of(Moved::new).run(Moved::enter).run((moved) -> {
			Gate gate = moved.flag.close(null);
			moved.drained = moved.flag.isDrained(gate);
		}).hold((moved) -> {
			assertThat(moved.drained && moved.entered != null).as("a write has passed a drained gate").isFalse();
			assertThat(moved.flag.position().inFlight().pending()).isEqualTo((moved.entered != null) ? 1 : 0);
		});
	}

	@Test
	void writeThatHasEnteredIsCountedWhereItsAuthorityLeads() throws Throwable {
		Race.of(Moved::new).run(Moved::enter).run((moved) -> moved.flag.apply(FLIP)).hold((moved) -> {
			Position entered = moved.entered;
			assertThat(entered == null || entered.inFlight().pending() == 1).isTrue();
			boolean flipped = entered != null && entered.stage() == MigrationStage.LIVE;
			assertThat(moved.flag.position().inFlight().pending()).isEqualTo(flipped ? 1 : 0);
		});
	}

	@Test
	void gateThatClosesDuringAChangeHoldsTheCallsAfterIt() throws Throwable {
		Race.of(Moved::new)
			.run((moved) -> moved.gate = moved.flag.close(null))
			.run((moved) -> moved.flag.apply(FLIP))
			.hold((moved) -> {
				assertThat(moved.flag.position().gate()).isSameAs(moved.gate);
				assertThat(moved.flag.stage()).isEqualTo(MigrationStage.LIVE);
			});
	}

	@Test
	void changeIsAppliedOnce() throws Throwable {
		Race.of(Moved::new)
			.run((moved) -> moved.flag.apply(FLIP))
			.run((moved) -> moved.flag.apply(FLIP))
			.hold((moved) -> assertThat(moved.flag.changes()).hasSize(1));
	}

	@Test
	void countOfWritesInFlightIsNeverTooSmall() throws Throwable {
		class Counted {

			final InFlight writes = new InFlight();

			long pending;

			Counted() {
				this.writes.enter();
			}

		}
		Race.of(Counted::new).run((counted) -> {
			counted.writes.enter();
			counted.writes.leave();
		}).run((counted) -> counted.pending = counted.writes.pending()).hold((counted) -> {
			assertThat(counted.pending).isBetween(1L, 2L);
			assertThat(counted.writes.pending()).isEqualTo(1);
		});
	}

	@Test
	void ticketIsGivenBackOnce() throws Throwable {
		Race.of(() -> {
			InFlight writes = new InFlight();
			writes.enter();
			return new TestWrite(writes);
		})
			.times(2000)
			.run(InFlight.Ticket::handOver)
			.run(InFlight.Ticket::leave)
			.run(InFlight.Ticket::leave)
			.hold((write) -> {
				assertThat(write.inFlight().pending()).isZero();
				assertThat(write.inFlight().own()).isZero();
			});
	}

	private static final class Moved {

		final Flag flag = new Flag(DEFINITION, FlagSources.none());

		boolean drained;

		@Nullable Position entered;

		@Nullable Gate gate;

		void enter() {
			Position position = this.flag.position();
			if (this.flag.enter(position)) {
				this.entered = position;
			}
		}

	}

}
