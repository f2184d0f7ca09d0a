package dev.migrationflags.boot;

import java.util.List;

import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.engine.Engine;
import dev.migrationflags.engine.mark.BacklogCheck;
import dev.migrationflags.engine.mark.KeyRepairs;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.pool.DaemonThreads;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.StageStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The repair of keys whose two sides may differ.
 */
@Configuration(proxyBeanMethods = false)
class RepairConfiguration {

	@Bean
	KeyRepairs migrationRepairs(MarkStore marks, StageStore stages, EngineMeters meters, MigrationSetup setup) {
		MigrationProperties.Repair repair = setup.properties().repair();
		return new KeyRepairs(marks, stages, meters, new KeyRepairs.Settings(repair.interval(), repair.backoff(),
				repair.maxBackoff(), repair.attempts(), repair.batch(), repair.rate()));
	}

	@Bean
	MoveCheck migrationBacklogCheck(MarkStore marks, ObjectProvider<KeyRepairs> repairs, MigrationSetup setup) {
		return new BacklogCheck(marks, repairs::getObject, setup.properties().repair().rate());
	}

	/**
	 * Begins when all operations are wired, before anything is served.
	 */
	@Bean
	RepairStart migrationRepairStart(KeyRepairs repairs, MigrationOperations operations, FlagRegistry flags,
			Engine engine, ConfigurableListableBeanFactory beanFactory) {
		return new RepairStart(repairs, operations, flags, engine, new SideTimeouts(beanFactory));
	}

	/**
	 * Begins the repair of every flag with keyed stores; it ends with the application.
	 */
	static final class RepairStart implements SmartLifecycle {

		private final KeyRepairs repairs;

		private final MigrationOperations operations;

		private final FlagRegistry flags;

		private final Engine engine;

		private final SideTimeouts timeouts;

		private volatile boolean running;

		RepairStart(KeyRepairs repairs, MigrationOperations operations, FlagRegistry flags, Engine engine,
				SideTimeouts timeouts) {
			this.repairs = repairs;
			this.operations = operations;
			this.flags = flags;
			this.engine = engine;
			this.timeouts = timeouts;
		}

		@Override
		public void start() {
			this.operations.keyedSides().forEach((key, sides) -> {
				Flag flag = this.flags.get(key);
				this.repairs.start(flag, sides, this.engine.copies(flag));
			});
			this.running = true;
			List<Flag> marked = this.operations.keyedSides().keySet().stream().map(this.flags::get).toList();
			if (!marked.isEmpty()) {
				// nothing that is only looked at may hold up the start
				DaemonThreads.named("migration-timeouts").newThread(() -> this.timeouts.check(marked)).start();
			}
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return Integer.MIN_VALUE;
		}

	}

}
