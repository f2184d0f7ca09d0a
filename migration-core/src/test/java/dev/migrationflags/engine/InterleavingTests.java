package dev.migrationflags.engine;

import java.util.concurrent.atomic.AtomicLong;

import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.LincheckAssertionError;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Whatever way the steps of two threads interleave, each call of what is lock-free gives
 * what it could have given if the calls had come one after the other. Lincheck tries the
 * interleavings; the seeded ones, with a step too many in one place, show that it finds
 * what is wrong. It cannot look into records, hence no {@link Pins} here, and its
 * bytecode library does not know the class files of later JDKs.
 */
@EnabledForJreRange(max = JRE.JAVA_17)
class InterleavingTests {

	private static void check(Class<?> calls) {
		LinChecker.check(calls,
				new ModelCheckingOptions().threads(2)
					.actorsPerThread(3)
					.actorsBefore(0)
					.actorsAfter(0)
					.iterations(8)
					.invocationsPerIteration(200)
					.minimizeFailedScenario(false));
	}

	@ParameterizedTest
	@ValueSource(classes = { OpenBreaker.class, AlmostOpenBreaker.class, NotedWrites.class })
	void callsBehaveAsIfTheyCameOneAfterTheOther(Class<?> calls) {
		assertThatNoException().isThrownBy(() -> check(calls));
	}

	@ParameterizedTest
	@ValueSource(classes = { BreakerThatLooksAndThenSets.class, WritesCountedDownTooEarly.class })
	void seededBugIsFound(Class<?> calls) {
		assertThatExceptionOfType(LincheckAssertionError.class).isThrownBy(() -> check(calls));
	}

	/**
	 * Its probe is due.
	 */
	public static class OpenBreaker {

		private final AtomicLong now = new AtomicLong();

		private final Breaker breaker = new Breaker(this.now::get);

		public OpenBreaker() {
			for (int i = 0; i < Breaker.FAILURES; i++) {
				this.breaker.failed();
			}
			this.now.addAndGet(Breaker.PROBE_NANOS);
		}

		@Operation
		public boolean allows() {
			return this.breaker.allows();
		}

		@Operation
		public void failed() {
			this.breaker.failed();
		}

	}

	/**
	 * One failure more opens it.
	 */
	public static class AlmostOpenBreaker {

		private final Breaker breaker = new Breaker(() -> 0);

		public AlmostOpenBreaker() {
			for (int i = 1; i < Breaker.FAILURES; i++) {
				this.breaker.failed();
			}
		}

		@Operation
		public boolean allows() {
			return this.breaker.allows();
		}

		@Operation
		public void failed() {
			this.breaker.failed();
		}

		@Operation
		public void succeeded() {
			this.breaker.succeeded();
		}

	}

	/**
	 * Lets two probe at once.
	 */
	public static class BreakerThatLooksAndThenSets {

		private final AtomicLong nextProbe = new AtomicLong();

		@Operation
		public boolean allows() {
			long due = this.nextProbe.get();
			if (due > 0) {
				return false;
			}
			this.nextProbe.set(Breaker.PROBE_NANOS);
			return true;
		}

	}

	/**
	 * Two stores that are written and read one after the other.
	 */
	private static final class Stores {

		private final AtomicLong oldStore = new AtomicLong();

		private final AtomicLong newStore = new AtomicLong();

		void write() {
			this.oldStore.incrementAndGet();
			this.newStore.incrementAndGet();
		}

		boolean readTheSame() {
			return this.oldStore.get() == this.newStore.get();
		}

	}

	/**
	 * A difference is always explained by a write.
	 */
	public static class NotedWrites {

		private static final int[] PLACES = RecentWrites.places(7);

		private final AtomicLong clock = new AtomicLong();

		private final RecentWrites writes = new RecentWrites(this.clock::incrementAndGet);

		private final Stores stores = new Stores();

		@Operation
		public void write() {
			this.writes.begun(PLACES);
			this.stores.write();
			this.writes.ended(PLACES);
		}

		@Operation
		public boolean readIsEqualOrMeetsAWrite() {
			long begin = this.clock.incrementAndGet();
			return this.stores.readTheSame() || this.writes.met(7, begin);
		}

	}

	/**
	 * The time of the end is noted after the count has fallen.
	 */
	public static class WritesCountedDownTooEarly {

		private final AtomicLong clock = new AtomicLong();

		private final AtomicLong underWay = new AtomicLong();

		private final AtomicLong ended = new AtomicLong();

		private final Stores stores = new Stores();

		@Operation
		public void write() {
			this.underWay.incrementAndGet();
			this.stores.write();
			this.underWay.decrementAndGet();
			this.ended.set(this.clock.incrementAndGet());
		}

		@Operation
		public boolean readIsEqualOrMeetsAWrite() {
			long begin = this.clock.incrementAndGet();
			return this.stores.readTheSame() || this.underWay.get() > 0 || this.ended.get() >= begin;
		}

	}

}
