package dev.migrationflags.benchmarks.calls;

import com.launchdarkly.sdk.server.migrations.MigrationExecution;
import com.launchdarkly.sdk.server.migrations.MigrationSerialOrder;
import dev.migrationflags.benchmarks.subject.HandWritten;
import dev.migrationflags.benchmarks.subject.LaunchDarkly;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Scientist;
import dev.migrationflags.benchmarks.subject.Store;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A call at a stage that runs both sides one after the other on the caller's thread.
 */
public class BothSides {

	private static final String ID = "42";

	@Benchmark
	public String handWrittenRead(OneSide.ByHand state) {
		return state.hand.findBoth(ID);
	}

	@Benchmark
	public String handWrittenThriftyRead(OneSide.ByHand state) {
		return state.hand.findBothThrifty(ID);
	}

	@Benchmark
	public String handWrittenWrite(OneSide.ByHand state) {
		return state.hand.saveBoth(ID);
	}

	@Benchmark
	public String read(Shadow state) {
		return state.store.find(ID);
	}

	@Benchmark
	public String write(Shadow state) {
		return state.store.save(ID);
	}

	@Benchmark
	public @Nullable String launchDarklyRead(Original state) {
		return state.original.find(ID);
	}

	@Benchmark
	public @Nullable String launchDarklyReadWithEvents(OriginalWithEvents state) {
		return state.original.find(ID);
	}

	@Benchmark
	public @Nullable String launchDarklyWrite(Original state) {
		return state.original.save(ID);
	}

	@Benchmark
	public String scientistRead(Experiment state) throws Exception {
		return state.scientist.find(ID);
	}

	@State(Scope.Benchmark)
	public static class Experiment {

		final Scientist scientist = new Scientist();

	}

	@State(Scope.Benchmark)
	public static class Shadow {

		private final Migrated application = Migrated.with("stage=shadow", "read.execution=serial",
				"write.timing=immediate");

		final Store store = this.application.store();

		@TearDown
		public void close() {
			this.application.close();
		}

	}

	@State(Scope.Benchmark)
	public static class Original {

		final LaunchDarkly original = new LaunchDarkly(LaunchDarkly.SHADOW,
				MigrationExecution.Serial(MigrationSerialOrder.FIXED), false);

		@TearDown
		public void close() {
			this.original.close();
		}

	}

	@State(Scope.Benchmark)
	public static class OriginalWithEvents {

		final LaunchDarkly original = new LaunchDarkly(LaunchDarkly.SHADOW,
				MigrationExecution.Serial(MigrationSerialOrder.FIXED), true);

		@TearDown
		public void close() {
			this.original.close();
		}

	}

}
