package dev.migrationflags.benchmarks.calls;

import java.util.HashMap;
import java.util.Map;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.benchmarks.subject.Application;
import dev.migrationflags.benchmarks.subject.Generated;
import dev.migrationflags.benchmarks.subject.Store;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One-sided reads in an application with many flags, each with three operations.
 */
public class Growth {

	@Benchmark
	public String read(Flags state) {
		return state.store.find("42");
	}

	@State(Scope.Benchmark)
	public static class Flags {

		@Param({ "1", "10", "100", "1000" })
		int flags;

		@SuppressWarnings("NullAway.Init")
		private ConfigurableApplicationContext context;

		@SuppressWarnings("NullAway.Init")
		Store store;

		@Setup
		public void start() {
			Map<String, Object> properties = new HashMap<>();
			for (int flag = 0; flag < this.flags; flag++) {
				properties.put("migration.flags.%s.stage".formatted(Generated.key(flag)), "off");
			}
			this.context = Application.start(Generated.stores(this.flags, 3), properties);
			for (int flag = 0; flag < this.flags; flag++) {
				this.store = this.context.getBean(Generated.name(flag, MigrationOrigin.OLD), Store.class);
				this.store.find("42");
			}
		}

		@TearDown
		public void close() {
			this.context.close();
		}

	}

}
