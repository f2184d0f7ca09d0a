package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every store of marks has to do.
 */
public abstract class MarkStoreContract {

	protected static final String FLAG = "orders-db";

	protected static final Duration D = Duration.ofSeconds(100);

	protected abstract MarkStore store();

	/**
	 * The store of another node.
	 */
	protected abstract MarkStore otherNode();

	/**
	 * Announces a hold that is in effect for a minute, or ends it.
	 */
	protected abstract void hold(boolean on);

	/**
	 * Changes authority if there is no mark, as a flip does.
	 */
	protected abstract boolean flip(long epoch);

	/**
	 * Lets time pass.
	 */
	protected abstract void elapse(Duration time);

	protected final WriteIntent intent(String... keys) {
		return new WriteIntent(FLAG, 3, List.of(keys), D);
	}

	private Registration begin(String... keys) throws NotCurrentException {
		return store().begin(intent(keys));
	}

	private boolean marked(String key) {
		return store().isMarked(FLAG, List.of(key));
	}

	private List<Claim> claim() {
		return store().claim(FLAG, 10, D);
	}

	private Claim claimOne() {
		List<Claim> claims = claim();
		assertThat(claims).hasSize(1);
		return claims.get(0);
	}

	private Claim failedWrite(String key) throws NotCurrentException {
		store().finish(begin(key), false, true);
		return claimOne();
	}

	@Test
	void operationMarksItsKeysUntilItHasWrittenBothSides() throws NotCurrentException {
		Registration registration = begin("a", "b");
		assertThat(registration.flag()).isEqualTo(FLAG);
		assertThat(registration.keys()).containsExactly("a", "b");
		assertThat(marked("a")).isTrue();
		assertThat(marked("b")).isTrue();
		assertThat(marked("c")).isFalse();
		assertThat(store().isMarked(FLAG, List.of("c", "b"))).isTrue();
		assertThat(store().hasMarks(FLAG)).isTrue();
		assertThat(store().hasMarks("prices")).isFalse();
		assertThat(store().finish(registration, true, true)).isTrue();
		assertThat(store().hasMarks(FLAG)).isFalse();
	}

	@Test
	void operationThatHasFailedLeavesItsMarkToTheRepairAtOnce() throws NotCurrentException {
		assertThat(store().finish(begin("a"), false, true)).isTrue();
		assertThat(claimOne().key()).isEqualTo("a");
	}

	@Test
	void whoDidNotSetTheMarkLeavesIt() throws NotCurrentException {
		Registration first = begin("a");
		Registration second = begin("a");
		store().finish(second, true, true);
		assertThat(marked("a")).isTrue();
		store().finish(first, true, true);
		assertThat(marked("a")).isTrue();
		assertThat(claimOne().key()).isEqualTo("a");
	}

	@Test
	void whoWasOvertakenLeavesTheMarkThatHeHasSet() throws NotCurrentException {
		Registration first = begin("a");
		Registration second = begin("a");
		store().finish(first, true, true);
		assertThat(marked("a")).isTrue();
		store().finish(second, true, true);
		assertThat(marked("a")).isTrue();
	}

	@Test
	void operationThatWasPinnedBeforeTheAuthorityChangedDoesNotBegin() throws NotCurrentException {
		assertThat(flip(4)).isTrue();
		assertThatExceptionOfType(NotCurrentException.class).isThrownBy(() -> begin("a"));
		assertThatExceptionOfType(NotCurrentException.class).isThrownBy(() -> store().beginWithoutKey(intent()));
		assertThat(store().hasMarks(FLAG)).isFalse();
		store().begin(new WriteIntent(FLAG, 4, List.of("a"), D));
		store().begin(new WriteIntent(FLAG, 5, List.of("b"), D));
		assertThat(marked("a")).isTrue();
	}

	@Test
	void holdKeepsOperationsOutUntilItEnds() throws NotCurrentException {
		hold(true);
		assertThatExceptionOfType(NotCurrentException.class).isThrownBy(() -> begin("a"));
		assertThatExceptionOfType(NotCurrentException.class).isThrownBy(() -> store().beginWithoutKey(intent()));
		assertThat(store().hasMarks(FLAG)).isFalse();
		hold(false);
		begin("a");
		assertThat(marked("a")).isTrue();
	}

	@Test
	void operationsEndAndRepairsGoOnUnderAHold() throws NotCurrentException {
		Registration first = begin("a");
		Registration second = begin("b");
		hold(true);
		store().finish(first, true, true);
		store().finish(second, false, true);
		assertThat(store().repaired(claimOne())).isTrue();
		assertThat(store().hasMarks(FLAG)).isFalse();
	}

	@Test
	void anyMarkPreventsTheFlip() throws NotCurrentException {
		Registration registration = begin("a");
		assertThat(flip(4)).isFalse();
		store().finish(registration, false, true);
		assertThat(flip(4)).isFalse();
		Claim claim = claimOne();
		assertThat(flip(4)).isFalse();
		store().failed(claim, true, null, true);
		assertThat(flip(4)).isFalse();
		store().retryParked(FLAG);
		store().repaired(claimOne());
		assertThat(flip(4)).isTrue();
	}

	@Test
	void keyIsNotRepairedWhileAnOperationMayStillWriteIt() throws NotCurrentException {
		begin("a");
		assertThat(claim()).isEmpty();
		elapse(D.plus(D.dividedBy(4)));
		assertThat(claim()).isEmpty();
		elapse(D.dividedBy(3));
		assertThat(claimOne().key()).isEqualTo("a");
	}

	@Test
	void operationThatEndsAfterItsKeyWasClaimedSetsTheMarkAgain() throws NotCurrentException {
		Registration late = begin("a");
		elapse(D.multipliedBy(2));
		assertThat(store().repaired(claimOne())).isTrue();
		assertThat(marked("a")).isFalse();
		assertThat(store().finish(late, true, true)).isFalse();
		assertThat(marked("a")).isTrue();
		assertThat(store().repaired(claimOne())).isTrue();
	}

	@Test
	void operationThatEndsWhileItsKeyIsRepairedKeepsTheMark() throws NotCurrentException {
		Registration late = begin("a");
		elapse(D.multipliedBy(2));
		Claim claim = claimOne();
		assertThat(store().finish(late, true, true)).isFalse();
		assertThat(store().repaired(claim)).isFalse();
		assertThat(marked("a")).isTrue();
	}

	@Test
	void operationThatHasWrittenNothingAndEndsLateMarksNothing() throws NotCurrentException {
		Registration late = begin("a");
		elapse(D.multipliedBy(2));
		store().repaired(claimOne());
		assertThat(store().finish(late, true, false)).isFalse();
		assertThat(marked("a")).isFalse();
	}

	@Test
	void repairIsRegisteredLikeAWriter() throws NotCurrentException {
		Claim claim = failedWrite("a");
		assertThat(claim()).isEmpty();
		assertThat(otherNode().claim(FLAG, 10, D)).isEmpty();
		elapse(D.multipliedBy(2));
		Claim second = otherNode().claim(FLAG, 10, D).get(0);
		assertThat(second.id()).isNotEqualTo(claim.id());
		assertThat(store().repaired(claim)).isFalse();
		assertThat(otherNode().repaired(second)).isFalse();
		assertThat(marked("a")).isTrue();
	}

	@Test
	void writerWhoComesDuringARepairKeepsTheMark() throws NotCurrentException {
		Claim claim = failedWrite("a");
		Registration writer = begin("a");
		assertThat(store().repaired(claim)).isFalse();
		assertThat(store().finish(writer, true, true)).isTrue();
		assertThat(marked("a")).isTrue();
		assertThat(store().repaired(claimOne())).isTrue();
	}

	@Test
	void failedRepairWaitsAndIsCountedIfToldSo() throws NotCurrentException {
		Claim claim = failedWrite("a");
		assertThat(claim.attempts()).isZero();
		store().failed(claim, true, Duration.ofSeconds(30), true);
		assertThat(claim()).isEmpty();
		elapse(Duration.ofSeconds(31));
		Claim second = claimOne();
		assertThat(second.attempts()).isEqualTo(1);
		store().failed(second, false, Duration.ZERO, false);
		assertThat(claimOne().attempts()).isEqualTo(1);
	}

	@Test
	void repairThatFailsAfterItsClaimIsGoneMarksWhatItMayHaveWritten() throws NotCurrentException {
		Claim late = failedWrite("a");
		elapse(D.multipliedBy(2));
		store().repaired(claimOne());
		store().failed(late, false, Duration.ZERO, true);
		assertThat(marked("a")).isFalse();
		store().failed(late, true, Duration.ZERO, true);
		assertThat(marked("a")).isTrue();
	}

	@Test
	void parkedKeyIsNotRepairedUntilItIsRetried() throws NotCurrentException {
		store().failed(failedWrite("a"), true, null, true);
		elapse(Duration.ofDays(1));
		assertThat(claim()).isEmpty();
		assertThat(store().counts(FLAG)).isEqualTo(new MarkCounts(0, 1, null));
		assertThat(store().retryParked(FLAG)).isEqualTo(1);
		assertThat(store().retryParked(FLAG)).isZero();
		assertThat(claimOne().attempts()).isZero();
	}

	@Test
	void parkedKeyIsFreedByALaterWriteOfBothSidesOnly() throws NotCurrentException {
		store().failed(failedWrite("a"), true, null, true);
		store().finish(begin("a"), false, true);
		assertThat(claim()).isEmpty();
		store().finish(begin("a"), true, true);
		assertThat(claimOne().key()).isEqualTo("a");
	}

	@Test
	void keyThatIsWrittenWhileItsRepairFailsIsNotParked() throws NotCurrentException {
		Claim claim = failedWrite("a");
		Registration writer = begin("a");
		store().failed(claim, true, null, true);
		store().finish(writer, true, true);
		assertThat(claimOne().attempts()).isEqualTo(1);
	}

	@Test
	void operationWithoutKeyRefusesTheFlipAndCannotBeRepaired() throws NotCurrentException {
		Registration provisional = store().beginWithoutKey(intent());
		assertThat(provisional.keys()).isEmpty();
		assertThat(store().hasMarks(FLAG)).isTrue();
		assertThat(flip(4)).isFalse();
		elapse(D.multipliedBy(2));
		assertThat(claim()).isEmpty();
		assertThat(store().finish(provisional, true, false)).isTrue();
		assertThat(store().hasMarks(FLAG)).isFalse();
	}

	@Test
	void keyThatBecomesKnownReplacesTheMarkWithoutKeyAndIsRepairedInAnyCase() throws NotCurrentException {
		Registration provisional = store().beginWithoutKey(intent());
		hold(true);
		Registration registration = store().begin(intent("a"), provisional);
		assertThat(registration.keys()).containsExactly("a");
		assertThat(store().finish(registration, true, true)).isTrue();
		assertThat(store().repaired(claimOne())).isTrue();
		assertThat(store().hasMarks(FLAG)).isFalse();
	}

	@Test
	void keyThatBecomesKnownBeforeTheCommitIsMarkedAsUsual() throws NotCurrentException {
		hold(true);
		Registration registration = store().begin(intent("a"), null);
		assertThat(marked("a")).isTrue();
		store().finish(registration, true, true);
		assertThat(store().hasMarks(FLAG)).isFalse();
	}

	@Test
	void lostKeyStaysAnOpenDebtUntilItIsVerified() throws NotCurrentException {
		store().finish(store().beginWithoutKey(intent()), false, true);
		assertThat(store().voidUnknown(FLAG, Duration.ZERO)).isZero();
		assertThat(store().counts(FLAG).parked()).isZero();
		elapse(D.multipliedBy(2));
		assertThat(store().counts(FLAG)).isEqualTo(new MarkCounts(0, 1, null));
		assertThat(store().hasMarks(FLAG)).isTrue();
		assertThat(store().voidUnknown(FLAG, D)).isZero();
		assertThat(store().voidUnknown(FLAG, Duration.ZERO)).isEqualTo(1);
		assertThat(store().hasMarks(FLAG)).isFalse();
	}

	@Test
	void operationThatIsEndedLaterIsEndedSoon() throws NotCurrentException {
		store().finishLater(begin("a", "b"));
		store().flush(FLAG);
		assertThat(store().hasMarks(FLAG)).isFalse();
	}

	@Test
	void writesOfAHotKeyOneAfterTheOtherLeaveNoMark() throws NotCurrentException {
		for (int i = 0; i < 20; i++) {
			store().finishLater(begin("a"));
			store().finishLater(begin("a", "b"));
		}
		store().finish(begin("b"), true, true);
		store().flush(FLAG);
		assertThat(store().hasMarks(FLAG)).isFalse();
	}

	@Test
	void overlappingWritesThatAreEndedLaterLeaveTheirMark() throws NotCurrentException {
		Registration first = begin("a");
		Registration second = begin("a");
		store().finishLater(first);
		store().finishLater(second);
		store().finish(begin("a"), true, true);
		store().flush(FLAG);
		assertThat(store().repaired(claimOne())).isTrue();
	}

	@Test
	void operationThatIsEndedTooLateSetsTheMarkAgain() throws NotCurrentException {
		Registration late = begin("a");
		elapse(D.multipliedBy(2));
		store().repaired(claimOne());
		store().finishLater(late);
		store().flush(FLAG);
		assertThat(marked("a")).isTrue();
	}

	@Test
	void nextOperationKeepsTheMarkOfOneThatEndedTooLate() throws NotCurrentException {
		Registration late = begin("a");
		elapse(D.multipliedBy(2));
		store().repaired(claimOne());
		store().finishLater(late);
		store().finish(begin("a"), true, true);
		store().flush(FLAG);
		assertThat(marked("a")).isTrue();
	}

	@Test
	void backfillMarksAndClaimsWhatNobodyMayWrite() throws NotCurrentException {
		begin("b");
		store().failed(failedWrite("c"), true, null, true);
		List<Claim> claims = store().markAndClaim(FLAG, List.of("a", "b", "c", "d"), D);
		assertThat(claims).extracting(Claim::key).containsExactly("a", "c", "d");
		assertThat(marked("a")).isTrue();
		claims.forEach((claim) -> assertThat(store().repaired(claim)).isTrue());
		assertThat(marked("a")).isFalse();
		assertThat(marked("b")).isTrue();
		assertThat(store().markAndClaim(FLAG, List.of(), D)).isEmpty();
	}

	@Test
	void writerWhomABackfillHasMetLeavesTheMark() throws NotCurrentException {
		Registration writer = begin("a");
		assertThat(store().markAndClaim(FLAG, List.of("a"), D)).isEmpty();
		store().finish(writer, true, true);
		assertThat(marked("a")).isTrue();
		assertThat(store().claim(FLAG, 10, D)).extracting(Claim::key).containsExactly("a");
	}

	@Test
	void writerWhoComesDuringABackfillKeepsTheMark() throws NotCurrentException {
		Claim claim = store().markAndClaim(FLAG, List.of("a"), D).get(0);
		Registration writer = begin("a");
		store().repaired(claim);
		store().finish(writer, true, true);
		assertThat(marked("a")).isTrue();
	}

	@Test
	void countsLeaveOutWhatMayStillBeWrittenAndWhatIsParked() throws NotCurrentException {
		assertThat(store().counts(FLAG)).isEqualTo(new MarkCounts(0, 0, null));
		store().failed(failedWrite("parked"), true, null, true);
		store().finish(begin("pending"), false, true);
		elapse(Duration.ofSeconds(50));
		begin("alive");
		MarkCounts counts = store().counts(FLAG);
		assertThat(counts.pending()).isEqualTo(1);
		assertThat(counts.parked()).isEqualTo(1);
		assertThat(counts.oldest()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(80));
		assertThat(store().counts("prices")).isEqualTo(new MarkCounts(0, 0, null));
	}

	@Test
	void noMoreKeysAreClaimedThanAskedFor() throws NotCurrentException {
		for (int i = 0; i < 5; i++) {
			store().finish(begin("key" + i), false, true);
		}
		assertThat(store().claim(FLAG, 3, D)).hasSize(3);
		assertThat(store().claim(FLAG, 3, D)).hasSize(2);
		assertThat(store().claim("prices", 3, D)).isEmpty();
	}

	@Test
	void voidRemovesEverythingOfAFlag() throws NotCurrentException {
		begin("a");
		store().finish(begin("b"), false, true);
		store().beginWithoutKey(intent());
		assertThat(store().voidAll(FLAG)).isEqualTo(3);
		assertThat(store().hasMarks(FLAG)).isFalse();
		elapse(D.multipliedBy(2));
		assertThat(claim()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "key", "", " ", "key ", "KEY", "schlüssel", "ключ", "鍵🔑", "a'b\"c\\d;--%_", "a\nb\tc" })
	void keysStayAsTheyAre(String key) throws NotCurrentException {
		List<String> others = new ArrayList<>(List.of("key", "Key", "key  ", " key", "kEy", "schlussel", "k"));
		others.remove(key);
		for (String other : others) {
			store().finish(begin(other), false, true);
		}
		assertThat(marked(key)).isFalse();
		Registration registration = begin(key);
		assertThat(marked(key)).isTrue();
		store().finish(registration, true, true);
		assertThat(marked(key)).isFalse();
		store().finish(begin(key), false, true);
		assertThat(store().claim(FLAG, 100, D)).extracting(Claim::key).contains(key).hasSize(others.size() + 1);
	}

	@Test
	void keysMayHave200Characters() throws NotCurrentException {
		String key = "ж".repeat(KeyText.MAX_LENGTH);
		store().finish(begin(key), false, true);
		assertThat(claimOne().key()).isEqualTo(key);
	}

	@Test
	void whoLeavesAMarkIsTold() throws NotCurrentException {
		List<String> told = new ArrayList<>();
		store().onMarkLeft(told::add);
		store().finish(begin("a"), true, true);
		assertThat(told).isEmpty();
		store().finish(begin("a"), false, true);
		assertThat(told).containsExactly(FLAG);
	}

	@Test
	void ofTwoOperationsOnAFreshKeyNoneTakesTheMarkOfTheOther() throws Exception {
		CyclicBarrier start = new CyclicBarrier(2);
		CyclicBarrier begun = new CyclicBarrier(2);
		int rounds = 50;
		List<MarkStore> nodes = List.of(store(), otherNode());
		inParallel(nodes.stream().map((node) -> (Callable<Void>) () -> {
			for (int i = 0; i < rounds; i++) {
				start.await();
				Registration registration = node.begin(intent("fresh" + i));
				begun.await();
				node.finish(registration, true, true);
			}
			return null;
		}).toList());
		for (int i = 0; i < rounds; i++) {
			assertThat(marked("fresh" + i)).as("round " + i).isTrue();
		}
	}

	@Test
	void noOperationOfTheOldAuthorityIsUnderWayAfterTheFlip() throws Exception {
		AtomicLong epoch = new AtomicLong(3);
		AtomicBoolean over = new AtomicBoolean();
		List<Callable<Integer>> tasks = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			MarkStore node = (i % 2 == 0) ? store() : otherNode();
			String key = "key" + i;
			tasks.add(() -> {
				int begun = 0;
				while (!over.get()) {
					long pinned = epoch.get();
					try {
						Registration registration = node.begin(new WriteIntent(FLAG, pinned, List.of(key), D));
						begun++;
						assertThat(epoch.get()).isEqualTo(pinned);
						node.finish(registration, true, true);
					}
					catch (NotCurrentException ex) {
						assertThat(begun).isNotNegative();
					}
				}
				return begun;
			});
		}
		tasks.add(() -> {
			long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
			int flips = 0;
			while (flips < 20 && System.nanoTime() < end) {
				hold(true);
				if (flip(epoch.get() + 1)) {
					epoch.incrementAndGet();
					flips++;
				}
				hold(false);
			}
			over.set(true);
			return flips;
		});
		List<Integer> results = inParallel(tasks);
		assertThat(results.get(3)).isEqualTo(20);
	}

	@Test
	void writersAndRepairersUnderLoadEndWithoutDeadlockAndWithoutMarks() throws Exception {
		List<String> keys = List.of("a", "b", "c", "d", "e");
		List<Callable<Void>> tasks = new ArrayList<>();
		AtomicLong writing = new AtomicLong(4);
		for (int i = 0; i < 4; i++) {
			MarkStore node = (i % 2 == 0) ? store() : otherNode();
			Random random = new Random(i);
			tasks.add(() -> {
				try {
					for (int round = 0; round < 150; round++) {
						String[] mine = keys.stream().filter((key) -> random.nextInt(3) == 0).toArray(String[]::new);
						Registration registration = node.begin(intent(mine.length > 0 ? mine : new String[] { "a" }));
						switch (random.nextInt(3)) {
							case 0 -> node.finish(registration, true, true);
							case 1 -> node.finish(registration, false, true);
							default -> node.finishLater(registration);
						}
					}
				}
				finally {
					writing.decrementAndGet();
				}
				return null;
			});
		}
		for (int i = 0; i < 2; i++) {
			MarkStore node = (i % 2 == 0) ? store() : otherNode();
			tasks.add(() -> {
				while (writing.get() > 0) {
					for (Claim claim : node.claim(FLAG, 3, D)) {
						if (claim.id() % 5 == 0) {
							node.failed(claim, true, Duration.ZERO, true);
						}
						else {
							node.repaired(claim);
						}
					}
				}
				return null;
			});
		}
		inParallel(tasks);
		store().flush(FLAG);
		otherNode().flush(FLAG);
		for (List<Claim> claims = claim(); !claims.isEmpty(); claims = claim()) {
			claims.forEach(store()::repaired);
		}
		assertThat(store().hasMarks(FLAG)).isFalse();
		assertThat(registrations()).isZero();
	}

	/**
	 * How many registrations there are.
	 */
	protected abstract long registrations();

	protected static <T> List<T> inParallel(List<Callable<T>> tasks) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> future : threads.invokeAll(tasks)) {
				results.add(future.get());
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

}
