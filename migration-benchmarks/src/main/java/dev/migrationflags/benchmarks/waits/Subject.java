package dev.migrationflags.benchmarks.waits;

import java.time.Duration;
import java.util.List;

import com.launchdarkly.sdk.server.migrations.MigrationExecution;
import com.launchdarkly.sdk.server.migrations.MigrationSerialOrder;
import dev.migrationflags.benchmarks.subject.LaunchDarkly;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Store;

/**
 * One way to read an old side that takes a millisecond and a new side.
 */
enum Subject {

	OLD_ALONE("old alone") {
		@Override
		Reader open(Behaviour behaviour) {
			return reader(oldStore(), () -> {
			});
		}
	},

	DETACHED("`detached` (default)") {
		@Override
		Reader open(Behaviour behaviour) {
			return migrated("detached", behaviour);
		}
	},

	CONCURRENT("`concurrent`") {
		@Override
		Reader open(Behaviour behaviour) {
			return migrated("concurrent", behaviour);
		}
	},

	SERIAL("`serial`") {
		@Override
		Reader open(Behaviour behaviour) {
			return migrated("serial", behaviour);
		}
	},

	LAUNCH_DARKLY_PARALLEL("LaunchDarkly parallel (its default)") {
		@Override
		Reader open(Behaviour behaviour) {
			return launchDarkly(MigrationExecution.Parallel(), behaviour);
		}
	},

	LAUNCH_DARKLY_SERIAL("LaunchDarkly serial") {
		@Override
		Reader open(Behaviour behaviour) {
			return launchDarkly(MigrationExecution.Serial(MigrationSerialOrder.FIXED), behaviour);
		}
	};

	private final String title;

	Subject(String title) {
		this.title = title;
	}

	String title() {
		return this.title;
	}

	abstract Reader open(Behaviour behaviour);

	private static SlowStore oldStore() {
		SlowStore store = new SlowStore.Old();
		store.take(Duration.ofMillis(1));
		return store;
	}

	private static Reader reader(Store store, AutoCloseable resource) {
		return new Reader() {

			@Override
			public void read() {
				store.find("42");
			}

			@Override
			public void close() throws Exception {
				resource.close();
			}

		};
	}

	private static Reader migrated(String execution, Behaviour behaviour) {
		Migrated application = Migrated.of(List.of(SlowStore.Old.class, SlowStore.New.class), "stage=shadow",
				"read.execution=" + execution);
		application.target(SlowStore.Old.class).take(Duration.ofMillis(1));
		behaviour.of(application.target(SlowStore.New.class));
		return reader(application.bean(SlowStore.Old.class), application);
	}

	private static Reader launchDarkly(MigrationExecution execution, Behaviour behaviour) {
		SlowStore newStore = new SlowStore.New();
		behaviour.of(newStore);
		LaunchDarkly original = new LaunchDarkly(LaunchDarkly.SHADOW, execution, false, oldStore(), newStore);
		return new Reader() {

			@Override
			public void read() {
				original.find("42");
			}

			@Override
			public void close() {
				original.close();
			}

		};
	}

	/**
	 * Reads.
	 */
	interface Reader extends AutoCloseable {

		void read();

	}

}
