package dev.migrationflags.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.benchmarks.subject.ConstantStore;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Store;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a call allocates on the caller's thread, which is exact and does not depend on how
 * busy the machine is. The bounds are the budgets of {@code docs/performance.md}.
 */
class AllocationTests {

	private static final int ONE_SIDE = 120;

	private static final int BOTH_SIDES = 160;

	private static final int ROLLOUT = 200;

	private static final int CALLS = 10_000;

	private static final int MAX_BATCHES = 300;

	private static final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@Test
	void oneSideAllocatesLittleMoreThanTheProxy() {
		try (Migrated application = Migrated.with("stage=off")) {
			Store store = application.store();
			assertThat(bytesPerCall(store::find, ONE_SIDE)).isLessThanOrEqualTo(ONE_SIDE);
			assertThat(bytesPerCall(store::save, ONE_SIDE)).isLessThanOrEqualTo(ONE_SIDE);
		}
	}

	@Test
	void bothSidesInTurnAllocateLittleMoreThanOne() {
		try (Migrated application = Migrated.with("stage=shadow", "read.execution=serial", "write.timing=immediate")) {
			Store store = application.store();
			assertThat(bytesPerCall(store::find, BOTH_SIDES)).isLessThanOrEqualTo(BOTH_SIDES);
			assertThat(bytesPerCall(store::save, BOTH_SIDES)).isLessThanOrEqualTo(BOTH_SIDES);
		}
	}

	@Test
	void aRolloutAllocatesLittleMoreThanAFixedStage() {
		try (Migrated application = Migrated.of(
				List.of(ConstantStore.Old.class, ConstantStore.New.class, Somebody.class), "stages=2", "stage=off",
				"rollout.complete=50")) {
			Store store = application.store();
			int bound = ONE_SIDE + ROLLOUT;
			assertThat(bytesPerCall(store::find, bound)).isLessThanOrEqualTo(bound);
			assertThat(bytesPerCall(store::findFor, bound)).isLessThanOrEqualTo(bound);
		}
	}

	@Test
	void theMeasurementSeesWhatIsAllocated() {
		assertThat(bytesPerCall((id) -> new String(id.toCharArray()), 0)).isGreaterThan(40);
	}

	/**
	 * Calls in batches until the compiler has brought a call below the bound, or has had
	 * all the time that it may need.
	 */
	private static double bytesPerCall(Call call, int bound) {
		long thread = Thread.currentThread().getId();
		String[] ids = IntStream.range(0, 64).mapToObj((i) -> "customer-" + i).toArray(String[]::new);
		double bytes = Double.MAX_VALUE;
		for (int batch = 0; batch < MAX_BATCHES && bytes > bound; batch++) {
			long before = threads.getThreadAllocatedBytes(thread);
			for (int i = 0; i < CALLS; i++) {
				call.of(ids[i % ids.length]);
			}
			bytes = (double) (threads.getThreadAllocatedBytes(thread) - before) / CALLS;
		}
		return bytes;
	}

	@FunctionalInterface
	private interface Call {

		Object of(String id);

	}

	static class Somebody implements MigrationContextProvider {

		private final MigrationContext somebody = MigrationContext.of("user", "somebody", Map.of("plan", "basic"));

		@Override
		public MigrationContext currentContext() {
			return this.somebody;
		}

	}

}
