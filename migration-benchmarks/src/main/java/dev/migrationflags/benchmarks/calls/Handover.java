package dev.migrationflags.benchmarks.calls;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.launchdarkly.sdk.server.migrations.MigrationExecution;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.benchmarks.subject.ConstantStore;
import dev.migrationflags.benchmarks.subject.LaunchDarkly;
import dev.migrationflags.benchmarks.subject.Migrated;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Calls whose secondary side runs on another thread: bursts of calls, each burst awaited,
 * so that no call is left out because the pool is full.
 */
public class Handover {

	private static final int BURST = 100;

	private static final String ID = "42";

	@Benchmark
	@OperationsPerInvocation(BURST)
	public void detachedRead(Detached state, Blackhole blackhole) throws InterruptedException {
		state.sides.expect(BURST);
		for (int call = 0; call < BURST; call++) {
			blackhole.consume(state.application.store().find(ID));
		}
		state.sides.await();
	}

	@Benchmark
	public String detachedReadAlone(Detached state) throws InterruptedException {
		state.sides.expect(1);
		String value = state.application.store().find(ID);
		state.sides.await();
		return value;
	}

	@Benchmark
	@OperationsPerInvocation(BURST)
	public void launchDarklyParallelRead(Original state, Blackhole blackhole) {
		for (int call = 0; call < BURST; call++) {
			blackhole.consume(state.original.find(ID));
		}
	}

	@Benchmark
	public String afterCommitWrite(Detached state) {
		return state.application.store().save(ID);
	}

	@Benchmark
	public String scientistAsyncRead(BothSides.Experiment state) throws Exception {
		return state.scientist.findAsync(ID);
	}

	/**
	 * The new side, which tells when it has been called often enough.
	 */
	@Migration(flag = "store", origin = MigrationOrigin.NEW)
	public static class CountingStore extends ConstantStore {

		private volatile CountDownLatch calls = new CountDownLatch(0);

		void expect(int calls) {
			this.calls = new CountDownLatch(calls);
		}

		void await() throws InterruptedException {
			this.calls.await();
		}

		@Override
		public String find(String id) {
			this.calls.countDown();
			return super.find(id);
		}

	}

	@State(Scope.Benchmark)
	public static class Detached {

		final Migrated application = Migrated.of(List.of(ConstantStore.Old.class, CountingStore.class), "stage=shadow");

		final CountingStore sides = this.application.target(CountingStore.class);

		@TearDown
		public void close() {
			double skipped = this.application.skipped();
			this.application.close();
			if (skipped > 0) {
				throw new IllegalStateException("%s calls were left out".formatted(skipped));
			}
		}

	}

	@State(Scope.Benchmark)
	public static class Original {

		final LaunchDarkly original = new LaunchDarkly(LaunchDarkly.SHADOW, MigrationExecution.Parallel(), false);

		@TearDown
		public void close() {
			this.original.close();
		}

	}

}
