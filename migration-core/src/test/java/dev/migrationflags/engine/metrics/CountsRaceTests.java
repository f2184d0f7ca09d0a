package dev.migrationflags.engine.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.random.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What several threads count at the same moment is all there. Three of them, where one
 * processor or two make two stripes: two have the same one.
 */
@Timeout(120)
class CountsRaceTests {

	@Test
	void firstCallsOfSomeDurationAreAllCounted() throws Throwable {
		Race.of(Durations::new)
			.times(2000)
			.run((durations) -> durations.add(100))
			.run((durations) -> durations.add(101))
			.run((durations) -> durations.add(102))
			.hold((durations) -> assertThat(durations.counts().count()).isEqualTo(3));
	}

	@Test
	void countsNeverGoBackWhileOthersCount() throws Throwable {
		class Read {

			final Durations durations = new Durations();

			final List<Long> seen = new ArrayList<>();

		}
		Race.of(Read::new)
			.times(1000)
			.run((read) -> read.durations.add(100))
			.run((read) -> read.durations.add(5000))
			.run((read) -> {
				read.seen.add(read.durations.counts().count());
				read.seen.add(read.durations.counts().count());
			})
			.hold((read) -> assertThat(read.seen).isSorted().allMatch((count) -> count >= 0 && count <= 2));
	}

	@Test
	void resultsOfComparisonsAreAllCounted() throws Throwable {
		Race.of(ComparisonCounts::new)
			.times(2000)
			.run((counts) -> counts.add(ComparisonResult.MATCH))
			.run((counts) -> counts.add(ComparisonResult.MATCH))
			.run((counts) -> counts.add(ComparisonResult.MATCH))
			.hold((counts) -> assertThat(counts.counts()[ComparisonResult.MATCH.ordinal()]).isEqualTo(3));
	}

	@Test
	void firstRecordsOfAnOperationAreAllKept() throws Throwable {
		Race.of(() -> new OperationRecords("find", "read", 0))
			.times(3000)
			.run(CountsRaceTests::count)
			.run(CountsRaceTests::count)
			.hold((records) -> {
				assertThat(records.skipped()).singleElement().extracting(SkipSummary::count).isEqualTo(2L);
				assertThat(records.comparisons(0)).singleElement()
					.extracting(ComparisonSummary::counts)
					.isEqualTo(Map.of(ComparisonResult.MATCH, 2L));
				assertThat(records.calls(0)).singleElement().extracting(CallSummary::count).isEqualTo(2L);
			});
	}

	private static void count(OperationRecords records) {
		records.skipped(SkipReason.SATURATED);
		records.compared(MigrationStage.SHADOW, ComparisonResult.MATCH);
		records.called(MigrationStage.SHADOW, MigrationOrigin.OLD, 100, false, 0);
	}

	@Test
	void endOfAnIntervalIsTakenOnceAndLosesNoCall() throws Throwable {
		long later = TimeUnit.SECONDS.toNanos(16);
		class Interval {

			final OperationRecords records = new OperationRecords("find", "read", 0);

			Interval() {
				call(0);
			}

			void call(long now) {
				this.records.called(MigrationStage.SHADOW, MigrationOrigin.OLD, 100, false, now);
			}

		}
		Race.of(Interval::new)
			.times(3000)
			.run((interval) -> interval.call(later))
			.run((interval) -> interval.call(later))
			.hold((interval) -> {
				CallWindow window = interval.records.calls(Duration.ofMinutes(5), later).get(0);
				assertThat(window.count()).isEqualTo(3);
				assertThat(window.span()).isEqualTo(Duration.ofNanos(later));
			});
	}

}
