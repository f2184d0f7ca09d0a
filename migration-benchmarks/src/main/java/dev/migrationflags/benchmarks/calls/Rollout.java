package dev.migrationflags.benchmarks.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.launchdarkly.sdk.server.migrations.MigrationExecution;
import com.launchdarkly.sdk.server.migrations.MigrationSerialOrder;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.benchmarks.subject.ConstantStore;
import dev.migrationflags.benchmarks.subject.LaunchDarkly;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Store;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A call whose stage depends on whom it is for.
 */
public class Rollout {

	/**
	 * One half of the contexts is at the last stage, the other at the first: one side
	 * runs either way, so what is more than a fixed stage is the decision.
	 */
	@Benchmark
	public String contextOfProvider(Half state, Ids ids) {
		return state.store.find(ids.next());
	}

	@Benchmark
	public String contextOfExpression(Half state, Ids ids) {
		return state.store.findFor(ids.next());
	}

	@Benchmark
	public String fixed(OneSide.Off state, Ids ids) {
		return state.store.find(ids.next());
	}

	@Benchmark
	public String offAndShadow(HalfShadow state, Ids ids) {
		return state.store.findFor(ids.next());
	}

	@Benchmark
	public @Nullable String launchDarkly(Original state, Ids ids) {
		return state.original.findFor(ids.next());
	}

	@Benchmark
	public String cohorts(Cohorts state, Ids ids) {
		return state.store.find(ids.next());
	}

	@State(Scope.Thread)
	public static class Ids {

		private static final int COUNT = 1024;

		private final String[] ids = IntStream.range(0, COUNT).mapToObj((i) -> "customer-" + i).toArray(String[]::new);

		private int next;

		String next() {
			this.next = (this.next + 1) % COUNT;
			return this.ids[this.next];
		}

	}

	@State(Scope.Benchmark)
	public static class Half {

		private final Migrated application = Migrated.of(
				List.of(ConstantStore.Old.class, ConstantStore.New.class, Somebody.class), "stages=2", "stage=off",
				"rollout.complete=50");

		final Store store = this.application.store();

		@TearDown
		public void close() {
			this.application.close();
		}

	}

	@State(Scope.Benchmark)
	public static class HalfShadow {

		private final Migrated application = Migrated.with("stage=off", "rollout.shadow=50", "context=user",
				"read.execution=serial");

		final Store store = this.application.store();

		@TearDown
		public void close() {
			this.application.close();
		}

	}

	@State(Scope.Benchmark)
	public static class Original {

		final LaunchDarkly original = new LaunchDarkly(LaunchDarkly.HALF,
				MigrationExecution.Serial(MigrationSerialOrder.FIXED), false);

		@TearDown
		public void close() {
			this.original.close();
		}

	}

	/**
	 * Rules of which none matches, so that all are tried.
	 */
	@State(Scope.Benchmark)
	public static class Cohorts {

		@Param({ "1", "100" })
		int rules;

		@SuppressWarnings("NullAway.Init")
		private Migrated application;

		@SuppressWarnings("NullAway.Init")
		Store store;

		@Setup
		public void start() {
			List<String> settings = new ArrayList<>(List.of("stages=2", "stage=off"));
			for (int rule = 0; rule < this.rules; rule++) {
				String cohort = "cohorts[%d].".formatted(rule);
				settings.add(cohort + "name=cohort-" + rule);
				settings.add(cohort + "stage=complete");
				settings.add(cohort + "match.plan[0]=plan-" + rule);
			}
			this.application = Migrated.of(List.of(ConstantStore.Old.class, ConstantStore.New.class, Somebody.class),
					settings.toArray(String[]::new));
			this.store = this.application.store();
		}

		@TearDown
		public void close() {
			this.application.close();
		}

	}

	/**
	 * The current context, as something that belongs to a request would tell it.
	 */
	public static class Somebody implements MigrationContextProvider {

		private final MigrationContext somebody = MigrationContext.of("user", "somebody",
				Map.of("plan", "basic", "region", "eu"));

		@Override
		public MigrationContext currentContext() {
			return this.somebody;
		}

	}

}
