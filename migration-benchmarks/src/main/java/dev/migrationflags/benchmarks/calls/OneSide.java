package dev.migrationflags.benchmarks.calls;

import com.launchdarkly.sdk.server.migrations.MigrationExecution;
import com.launchdarkly.sdk.server.migrations.MigrationSerialOrder;
import dev.migrationflags.benchmarks.subject.ConstantStore;
import dev.migrationflags.benchmarks.subject.HandWritten;
import dev.migrationflags.benchmarks.subject.LaunchDarkly;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Store;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.aop.framework.ProxyFactory;

/**
 * A call at a stage that runs one side, the same for everybody.
 */
public class OneSide {

	private static final String ID = "42";

	@Benchmark
	public String handWritten(ByHand state) {
		return state.hand.find(ID);
	}

	@Benchmark
	public String read(Off state) {
		return state.store.find(ID);
	}

	@Benchmark
	public String write(Off state) {
		return state.store.save(ID);
	}

	@Benchmark
	public @Nullable String launchDarkly(Original state) {
		return state.original.find(ID);
	}

	@Benchmark
	public @Nullable String launchDarklyWithEvents(OriginalWithEvents state) {
		return state.original.find(ID);
	}

	@Benchmark
	public String plainAdvisor(Advised state) {
		return state.store.find(ID);
	}

	@State(Scope.Benchmark)
	public static class ByHand {

		final HandWritten hand = new HandWritten();

	}

	@State(Scope.Benchmark)
	public static class Off {

		private final Migrated application = Migrated.with("stage=off");

		final Store store = this.application.store();

		@TearDown
		public void close() {
			this.application.close();
		}

	}

	@State(Scope.Benchmark)
	public static class Original {

		final LaunchDarkly original = new LaunchDarkly(LaunchDarkly.OFF,
				MigrationExecution.Serial(MigrationSerialOrder.FIXED), false);

		@TearDown
		public void close() {
			this.original.close();
		}

	}

	@State(Scope.Benchmark)
	public static class OriginalWithEvents {

		final LaunchDarkly original = new LaunchDarkly(LaunchDarkly.OFF,
				MigrationExecution.Serial(MigrationSerialOrder.FIXED), true);

		@TearDown
		public void close() {
			this.original.close();
		}

	}

	/**
	 * A proxy of Spring with one interceptor that does nothing, and no metrics.
	 */
	@State(Scope.Benchmark)
	public static class Advised {

		final Store store;

		public Advised() {
			ProxyFactory factory = new ProxyFactory(new ConstantStore.Old());
			factory.setProxyTargetClass(true);
			factory.addAdvice((MethodInterceptor) (invocation) -> invocation.proceed());
			this.store = (Store) factory.getProxy();
		}

	}

}
