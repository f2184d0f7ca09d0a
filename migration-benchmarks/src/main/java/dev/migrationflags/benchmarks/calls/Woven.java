package dev.migrationflags.benchmarks.calls;

import java.util.List;

import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Store;
import dev.migrationflags.benchmarks.subject.WovenStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Calls in AspectJ mode, in a JVM with the weaver's agent.
 */
public class Woven {

	private static final String ID = "42";

	@Benchmark
	public String read(Off state) {
		return state.store.find(ID);
	}

	@Benchmark
	public String serialRead(Shadow state) {
		return state.store.find(ID);
	}

	private static Migrated woven(String... settings) {
		Migrated application = Migrated.woven(List.of(WovenStore.Old.class, WovenStore.New.class), settings);
		application.store().find(ID);
		if (application.calls() == 0) {
			throw new IllegalStateException("Nothing was woven");
		}
		return application;
	}

	@State(Scope.Benchmark)
	public static class Off {

		private final Migrated application = woven("stage=off");

		final Store store = this.application.store();

		@TearDown
		public void close() {
			this.application.close();
		}

	}

	@State(Scope.Benchmark)
	public static class Shadow {

		private final Migrated application = woven("stage=shadow", "read.execution=serial");

		final Store store = this.application.store();

		@TearDown
		public void close() {
			this.application.close();
		}

	}

}
