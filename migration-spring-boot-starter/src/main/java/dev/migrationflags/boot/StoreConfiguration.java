package dev.migrationflags.boot;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.boot.source.SourcesConfiguration.Troubles;
import dev.migrationflags.engine.jdbc.Database;
import dev.migrationflags.engine.jdbc.Initialization;
import dev.migrationflags.engine.jdbc.JdbcMarks;
import dev.migrationflags.engine.jdbc.JdbcStages;
import dev.migrationflags.engine.jdbc.JdbcSyncs;
import dev.migrationflags.engine.mark.KeyRepairs;
import dev.migrationflags.engine.mark.MarkGuard;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mark.MemoryMarks;
import dev.migrationflags.engine.sync.MemorySyncs;
import dev.migrationflags.engine.sync.SyncStore;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.FlipGuard;
import dev.migrationflags.flags.MemoryStages;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.Problem;
import dev.migrationflags.flags.StageStore;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Where stages and marks are kept.
 */
@Configuration(proxyBeanMethods = false)
@Import({ StoreConfiguration.Memory.class, StoreConfiguration.Jdbc.class })
class StoreConfiguration {

	@Bean
	FlipGuard migrationMarkGuard(MarkStore marks, ObjectProvider<KeyRepairs> repairs) {
		return new MarkGuard(marks, (flag) -> repairs.ifAvailable((present) -> present.wake(flag)),
				(flag, count) -> repairs.ifAvailable((present) -> present.voided(flag, count)));
	}

	/**
	 * In this process.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "migration.store.type", havingValue = "memory", matchIfMissing = true)
	static class Memory {

		@Bean
		StageStore migrationStages(FlagRegistry flags) {
			return new MemoryStages(flags);
		}

		@Bean
		SyncStore migrationSyncs() {
			return new MemorySyncs();
		}

		@Bean
		MarkStore migrationMarks(FlagRegistry flags) {
			return new MemoryMarks((key, epoch) -> {
				Flag flag = flags.find(key);
				return flag == null || flag.position().authorityEpoch() <= epoch;
			});
		}

	}

	/**
	 * In the tables of a database.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "migration.store.type", havingValue = "jdbc")
	static class Jdbc {

		private static final Duration STATEMENT = Duration.ofSeconds(2);

		@Bean
		StoreConnections migrationStoreConnections(@MigrationDataSource ObjectProvider<DataSource> own,
				ObjectProvider<DataSource> all, ListableBeanFactory beanFactory, MigrationSetup setup) {
			return StoreConnections.of(dataSource(own, all, beanFactory), Database.limit(timeout(setup)));
		}

		private static DataSource dataSource(ObjectProvider<DataSource> own, ObjectProvider<DataSource> all,
				ListableBeanFactory beanFactory) {
			try {
				DataSource named = own.getIfAvailable();
				DataSource found = (named != null) ? named : all.getIfUnique();
				if (found != null) {
					return found;
				}
			}
			catch (NoUniqueBeanDefinitionException ex) {
				throw problem("Several data sources are annotated with @MigrationDataSource: %s"
					.formatted(ex.getBeanNamesFound()), "Let it be one");
			}
			String[] names = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, DataSource.class, true,
					false);
			throw (names.length == 0)
					? problem("There is no data source for the store of migrations",
							"Define a DataSource, or set migration.store.type=memory")
					: problem(
							"It cannot be told which data source is for the store of migrations: there are %s"
								.formatted(String.join(", ", new TreeSet<>(List.of(names)))),
							"Annotate one of them with @MigrationDataSource, or let one be @Primary");
		}

		private static MigrationSetupException problem(String what, String fix) {
			return new MigrationSetupException(List.of(new Problem(what, "property 'migration.store.type'", fix)));
		}

		/**
		 * Statements give up well before an operation has to.
		 */
		private static Duration timeout(MigrationSetup setup) {
			Duration deadline = setup.definitions()
				.stream()
				.flatMap(Jdbc::deadlines)
				.min(Duration::compareTo)
				.orElse(STATEMENT.multipliedBy(2));
			return Stream.of(STATEMENT, deadline.dividedBy(2)).min(Duration::compareTo).orElse(STATEMENT);
		}

		@Bean
		Database migrationDatabase(StoreConnections connections, MigrationSetup setup) {
			try {
				Database database = Database.open(connections.dataSource(), timeout(setup));
				database.initialize(switch (setup.properties().store().initializeSchema()) {
					case EMBEDDED -> Initialization.EMBEDDED;
					case ALWAYS -> Initialization.ALWAYS;
					case NEVER -> Initialization.NEVER;
				});
				return database;
			}
			catch (IllegalStateException ex) {
				String cause = (ex.getCause() instanceof SQLException sql) ? " (" + sql.getMessage() + ")" : "";
				throw problem(ex.getMessage() + cause,
						"See that the database can be reached and has the tables; without it nobody knows which side has the authority");
			}
		}

		private static Stream<Duration> deadlines(MigrationFlag flag) {
			return Stream.concat(Stream.of(flag.settings().write().deadline()),
					flag.overriddenOperations()
						.stream()
						.map((operation) -> flag.settings(operation).write().deadline()));
		}

		@Bean
		JdbcStages migrationStages(Database database, MigrationSetup setup, Troubles troubles,
				ObjectProvider<KeyRepairs> repairs) {
			JdbcStages stages = new JdbcStages(database, setup.properties().store().pollInterval(),
					setup.properties().store().maxStaleness(), troubles.counted());
			stages.onVoided((flag, count) -> repairs.ifAvailable((present) -> present.voided(flag, count)));
			return stages;
		}

		@Bean
		SyncStore migrationSyncs(Database database) {
			return new JdbcSyncs(database);
		}

		@Bean
		MarkStore migrationMarks(Database database) {
			return new JdbcMarks(database);
		}

		@Bean
		MoveCheck migrationNodesCheck(JdbcStages stages) {
			return stages.nodesCheck();
		}

	}

}
