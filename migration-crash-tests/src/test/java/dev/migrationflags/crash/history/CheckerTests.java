package dev.migrationflags.crash.history;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Checker}, on histories of key 7 that are written by hand.
 */
class CheckerTests {

	private static final long END = 1000;

	private final History history = new History();

	@Test
	void nothingIsRight() {
		assertThat(check(null, null)).isEmpty();
	}

	@Test
	void theLastAcknowledgedWriteIsRight() {
		lines("w 1 7 10", "o 1 20", "w 2 7 30", "o 2 40");
		assertThat(check(2L, 2L)).isEmpty();
	}

	@Test
	void anOlderValueThanAnAcknowledgedOneIsLost() {
		lines("w 1 7 10", "o 1 20", "w 2 7 30", "o 2 40");
		assertThat(check(1L, 1L)).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void nothingAfterAnAcknowledgedWriteIsLost() {
		lines("w 1 7 10", "o 1 20");
		assertThat(check(null, null)).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void ofTwoThatOverlapEitherMayWin() {
		lines("w 1 7 10", "w 2 7 15", "o 1 20", "o 2 30");
		assertThat(check(1L, 1L)).isEmpty();
		assertThat(check(2L, 2L)).isEmpty();
	}

	@Test
	void sidesThatDifferInTheEndAreWrong() {
		lines("w 1 7 10", "w 2 7 15", "o 1 20", "o 2 30");
		assertThat(check(1L, 2L)).containsExactly(Violation.Kind.DIFFERENT);
		assertThat(check(1L, null)).containsExactly(Violation.Kind.DIFFERENT);
	}

	@Test
	void aKeyOfTheOtherSideOnlyIsWrong() {
		lines("w 1 7 10");
		assertThat(check(null, 1L)).containsExactly(Violation.Kind.DIFFERENT);
	}

	@Test
	void aWriteThatNeverReturnedMayBeThereOrNot() {
		lines("w 1 7 10", "o 1 20", "w 2 7 30");
		assertThat(check(1L, 1L)).isEmpty();
		assertThat(check(2L, 2L)).isEmpty();
	}

	@Test
	void anIndeterminateWriteMayTurnUpAfterALaterOne() {
		lines("w 1 7 10", "i 1 20", "w 2 7 30", "o 2 40");
		assertThat(check(1L, 1L)).isEmpty();
	}

	@Test
	void anIndeterminateWriteThatWasSeenMustNotTurnUpAgain() {
		lines("w 1 7 10", "i 1 20", "r 7 1 21 25", "w 2 7 30", "o 2 40");
		assertThat(check(1L, 1L)).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void aWriteThatWasSeenMustNotGoAway() {
		lines("w 1 7 10", "o 1 20", "w 2 7 30", "r 7 2 40 50");
		assertThat(check(1L, 1L)).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void aRefusedWriteMustNotBeSeen() {
		lines("w 1 7 10", "f 1 20");
		assertThat(check(1L, 1L)).containsExactly(Violation.Kind.NOT_REFUSED);
		assertThat(check(null, null)).isEmpty();
	}

	@Test
	void aReadThatMissesAnAcknowledgedWriteIsStale() {
		lines("w 1 7 10", "o 1 20", "w 2 7 30", "o 2 40", "r 7 1 50 60");
		assertThat(check(2L, 2L)).containsExactly(Violation.Kind.STALE_READ);
	}

	@Test
	void aReadThatSeesNothingAfterAnAcknowledgedWriteIsStale() {
		lines("w 1 7 10", "o 1 20", "r 7 - 21 60");
		assertThat(check(1L, 1L)).containsExactly(Violation.Kind.STALE_READ);
	}

	@Test
	void aReadThatBeganBeforeTheWriteReturnedMayMissIt() {
		lines("w 1 7 10", "o 1 20", "w 2 7 30", "o 2 40", "r 7 1 35 60");
		assertThat(check(2L, 2L)).isEmpty();
	}

	@Test
	void whatOneReadHasSeenTheNextMustSee() {
		lines("w 1 7 10", "o 1 20", "w 2 7 30", "r 7 2 35 40", "r 7 1 41 45", "o 2 60");
		assertThat(check(2L, 2L)).containsExactly(Violation.Kind.STALE_READ);
	}

	@Test
	void overlappingReadsMaySeeEither() {
		lines("w 1 7 10", "o 1 20", "w 2 7 30", "r 7 2 35 45", "r 7 1 41 50", "o 2 60");
		assertThat(check(2L, 2L)).isEmpty();
	}

	@Test
	void aValueThatNobodyWroteIsInvented() {
		lines("w 1 7 10", "o 1 20", "w 3 8 10");
		assertThat(check(2L, 2L)).containsExactly(Violation.Kind.INVENTED);
		assertThat(check(3L, 3L)).contains(Violation.Kind.INVENTED);
	}

	@Test
	void aValueFromTheFutureIsInvented() {
		lines("r 7 1 5 9", "w 1 7 10", "o 1 20");
		assertThat(check(1L, 1L)).containsExactly(Violation.Kind.INVENTED);
	}

	@Test
	void aRemovedKeyIsGone() {
		lines("w 1 7 10", "o 1 20", "d 2 7 30", "o 2 40", "r 7 - 41 42");
		assertThat(check(null, null)).isEmpty();
		assertThat(check(1L, 1L)).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void aRemovalBeforeTheWriteDoesNotExplainThatItIsGone() {
		lines("d 2 7 1", "o 2 5", "w 1 7 10", "o 1 20");
		assertThat(check(null, null)).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void aRemovalThatNeverReturnedExplainsThatAKeyIsGone() {
		lines("d 2 7 1", "w 1 7 10", "o 1 20");
		assertThat(check(null, null)).isEmpty();
	}

	@Test
	void aRefusedRemovalExplainsNothing() {
		lines("w 1 7 10", "o 1 20", "d 2 7 30", "f 2 40");
		assertThat(check(null, null)).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void keysDoNotMeet() {
		lines("w 1 7 10", "o 1 20", "w 2 8 30");
		assertThat(Checker.check(this.history, Map.of(7L, 1L, 8L, 2L), Map.of(7L, 1L, 8L, 2L), END)).isEmpty();
	}

	private void lines(String... lines) {
		List.of(lines).forEach(this.history::add);
	}

	private List<Violation.Kind> check(Long authority, Long other) {
		History copy = this.history;
		return Checker.check(copy, side(authority), side(other), END).stream().map(Violation::kind).toList();
	}

	private static Map<Long, Long> side(Long value) {
		return (value != null) ? Map.of(7L, value) : Map.of();
	}

}
