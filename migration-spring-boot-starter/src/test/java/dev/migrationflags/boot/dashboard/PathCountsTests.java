package dev.migrationflags.boot.dashboard;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import dev.migrationflags.Difference;
import dev.migrationflags.Difference.Kind;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.Mismatch;
import dev.migrationflags.boot.dashboard.PathCounts.PathGroup;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PathCountsTests {

	private final PathCounts counts = new PathCounts();

	@Test
	void mismatchesAreCountedByPathWhicheverElementDiffers() {
		mismatch(1000, "lines[0].price", "total");
		mismatch(3000, "lines[1].price", "lines[7].price");
		mismatch(2000, "lines[0].price");
		assertThat(this.counts.of("shop")).containsExactly(
				new PathGroup("lines[*].price", "VALUE", "find", 3, 1000, 3000),
				new PathGroup("total", "VALUE", "find", 1, 1000, 1000));
		assertThat(this.counts.of("other")).isEmpty();
	}

	@Test
	void howManyPathsThereAreIsBounded() {
		IntStream.range(0, 2 * PathCounts.MAX_GROUPS).forEach((number) -> mismatch(number, "field" + number));
		mismatch(5000, "field0");
		assertThat(this.counts.of("shop")).hasSize(PathCounts.MAX_GROUPS)
			.first()
			.isEqualTo(new PathGroup("field0", "VALUE", "find", 2, 0, 5000));
	}

	@Test
	void mismatchesThatAreNotKeptAreCounted() {
		try (MismatchReporter reporter = new MismatchReporter(1, List::of, Clock.systemUTC())) {
			reporter.countedBy(this.counts);
			for (int i = 0; i < 3; i++) {
				reporter.report("shop", "find", MigrationStage.SHADOW, null, List.of(difference("total")));
			}
			assertThat(reporter.recent("shop")).hasSize(1);
		}
		assertThat(this.counts.of("shop")).singleElement().extracting(PathGroup::count).isEqualTo(3L);
	}

	private void mismatch(long time, String... paths) {
		this.counts.onMismatch(new Mismatch("shop", "find", MigrationStage.SHADOW, Instant.ofEpochMilli(time), null,
				List.of(paths).stream().map(PathCountsTests::difference).toList()));
	}

	private static Difference difference(String path) {
		return new Difference(path, Kind.VALUE, null, null);
	}

}
