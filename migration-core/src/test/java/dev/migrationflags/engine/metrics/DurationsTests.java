package dev.migrationflags.engine.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.random.Tries;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Durations} and {@link Counts}.
 */
class DurationsTests {

	private static final double PRECISION = 1 / 32.0;

	private final Durations durations = new Durations();

	@Test
	void durationIsKnownToThreePercent() {
		Tries.of((draw) -> draw.between(0, 137_000_000_000L))
			.hold((nanos) -> assertThat(Durations.middle(Durations.bucket(nanos))).isCloseTo(nanos,
					within(nanos * PRECISION)));
	}

	@Test
	void longerDurationsHaveLaterBuckets() {
		Tries.of((draw) -> draw.list(2, 5, (one) -> one.between(0, Long.MAX_VALUE)))
			.shrinking(Tries::shorter)
			.hold((nanos) -> assertThat(nanos.stream().sorted().map(Durations::bucket)).isSorted());
		Tries.of((draw) -> draw.between(1, Long.MAX_VALUE))
			.hold((nanos) -> assertThat(Durations.bucket(nanos - 1)).isLessThanOrEqualTo(Durations.bucket(nanos)));
	}

	@Test
	void durationsBeyondAllLimitsCount() {
		this.durations.add(-1);
		this.durations.add(Long.MIN_VALUE);
		this.durations.add(Long.MAX_VALUE);
		Counts counts = this.durations.counts();
		assertThat(counts.count()).isEqualTo(3);
		assertThat(counts.errors()).isZero();
		assertThat(counts.seconds(0.5)).isZero();
		assertThat(counts.seconds(1)).isGreaterThan(130);
	}

	@Test
	void quantilesAreThoseOfTheSortedDurations() {
		Random random = new Random(42);
		List<Long> all = new ArrayList<>();
		for (int i = 0; i < 10_000; i++) {
			long nanos = (long) Math.exp(7 + 12 * random.nextDouble());
			all.add(nanos);
			this.durations.add(nanos);
		}
		all.sort(null);
		Counts counts = this.durations.counts();
		for (double share : new double[] { 0.01, 0.5, 0.95, 0.99, 0.999, 1 }) {
			double exact = all.get((int) Math.ceil(share * all.size()) - 1);
			assertThat(counts.seconds(share) * 1e9).isCloseTo(exact, within(exact * PRECISION));
		}
		double sum = all.stream().mapToLong(Long::longValue).sum();
		assertThat(counts.nanos()).isCloseTo(sum, within(sum * PRECISION));
	}

	@Test
	void withoutCallsThereIsNoQuantile() {
		assertThat(this.durations.counts().seconds(0.99)).isNaN();
		assertThat(this.durations.counts()).isEqualTo(Counts.NONE);
	}

	@Test
	void differenceHoldsWhatCameSince() {
		this.durations.add(TimeUnit.MILLISECONDS.toNanos(1));
		this.durations.addError();
		Counts before = this.durations.counts();
		for (int i = 0; i < 3; i++) {
			this.durations.add(TimeUnit.MICROSECONDS.toNanos(5));
		}
		this.durations.addError();
		Counts since = this.durations.counts().since(before);
		assertThat(since.count()).isEqualTo(3);
		assertThat(since.errors()).isEqualTo(1);
		assertThat(since.seconds(1)).isCloseTo(5e-6, within(5e-6 * PRECISION));
	}

	@Test
	void differenceSurvivesThatCountsWrapAround() {
		Counts before = new Counts(0, new int[] { -2 }, -1);
		Counts after = new Counts(0, new int[] { 3 }, 1);
		assertThat(after.since(before).count()).isEqualTo(5);
		assertThat(after.since(before).errors()).isEqualTo(2);
	}

	@Test
	void packedCountsAreTheSame() {
		Tries.of((draw) -> new Counts(draw.between(0, 400),
				draw.list(0, 100, (one) -> one.between(0, 16_777_215)).stream().mapToInt(Integer::intValue).toArray(),
				7))
			.hold((counts) -> {
				int[] sums = new int[Durations.BUCKETS];
				PackedCounts packed = PackedCounts.of(counts);
				packed.addTo(sums);
				packed.addTo(sums);
				int[] expected = new int[Durations.BUCKETS];
				for (int i = 0; i < counts.buckets().length; i++) {
					expected[counts.first() + i] = 2 * counts.buckets()[i];
				}
				assertThat(sums).isEqualTo(expected);
				assertThat(packed.errors()).isEqualTo(7);
			});
	}

	@Test
	void nothingIsLostBetweenThreads() throws InterruptedException {
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 9; i++) {
			Thread thread = new Thread(() -> {
				for (int call = 0; call < 20_000; call++) {
					this.durations.add(call);
					this.durations.addError();
				}
			});
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(this.durations.counts().count()).isEqualTo(180_000);
		assertThat(this.durations.counts().errors()).isEqualTo(180_000);
	}

	@Test
	void stripesAreAPowerOfTwo() {
		assertThat(List.of(1, 2, 3, 4, 5, 8, 9, 64).stream().map(Durations::stripes)).containsExactly(1, 2, 4, 4, 8, 8,
				8, 8);
	}

}
