package dev.migrationflags.boot.transaction;

import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import dev.migrationflags.flags.FlagRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An application with a database, a pool of connections and a transaction manager per
 * side.
 */
@Configuration(proxyBeanMethods = false)
@EnableTransactionManagement
class TwoDatabases {

	static ApplicationContextRunner runner(MigrationStage stage) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class))
			.withUserConfiguration(TwoDatabases.class)
			.withPropertyValues("migration.flags.items.stage=" + stage.key(), "migration.store.accept-volatile=true",
					"migration.flags.items.write.timeout=8s", "migration.flags.items.read.execution=concurrent");
	}

	static ApplicationContextRunner annotated(MigrationStage stage) {
		return runner(stage).withUserConfiguration(Sides.Annotated.class);
	}

	static String database(MigrationOrigin side) {
		return (side == MigrationOrigin.OLD) ? Postgres.OLD : Postgres.NEW;
	}

	static List<String> ids(MigrationOrigin side) {
		return Postgres.ids(database(side));
	}

	static String manager(MigrationOrigin side) {
		return (side == MigrationOrigin.OLD) ? "oldTransactions" : "newTransactions";
	}

	@Bean
	MeterRegistry meterRegistry() {
		return new SimpleMeterRegistry();
	}

	@Bean
	Journal journal() {
		return new Journal();
	}

	@Bean
	DataSource oldDatabase(@Value("${test.pool:2}") int size) {
		return Postgres.pool(Postgres.OLD, size);
	}

	@Bean
	DataSource newDatabase(@Value("${test.pool:2}") int size) {
		return Postgres.pool(Postgres.NEW, size);
	}

	@Bean
	PlatformTransactionManager oldTransactions(DataSource oldDatabase) {
		return new JdbcTransactionManager(oldDatabase);
	}

	@Bean
	PlatformTransactionManager newTransactions(DataSource newDatabase) {
		return new JdbcTransactionManager(newDatabase);
	}

	@Bean
	JdbcTemplate oldJdbc(DataSource oldDatabase) {
		return new JdbcTemplate(oldDatabase);
	}

	@Bean
	JdbcTemplate newJdbc(DataSource newDatabase) {
		return new JdbcTemplate(newDatabase);
	}

	/**
	 * What a test does with the application.
	 */
	static final class Application {

		final ApplicationContext context;

		final Items items;

		final Journal journal;

		final MigrationFlags flags;

		Application(ApplicationContext context) {
			this.context = context;
			this.items = context.getBean(Items.class);
			this.journal = context.getBean(Journal.class);
			this.flags = context.getBean(MigrationFlags.class);
		}

		void in(String manager, Consumer<TransactionStatus> work) {
			in(manager, TransactionDefinition.PROPAGATION_REQUIRED, work);
		}

		void in(String manager, int propagation, Consumer<TransactionStatus> work) {
			new TransactionTemplate(this.context.getBean(manager, PlatformTransactionManager.class),
					new DefaultTransactionDefinition(propagation))
				.executeWithoutResult(work);
		}

		void in(MigrationOrigin side, Consumer<TransactionStatus> work) {
			in(manager(side), work);
		}

		long skipped(String reason) {
			Counter counter = this.context.getBean(MeterRegistry.class)
				.find("migration.skipped")
				.tags("flag", "items", "reason", reason)
				.counter();
			return (counter != null) ? (long) counter.count() : 0;
		}

		long failures() {
			return this.context.getBean(FlagRegistry.class).get("items").secondaryWriteFailures();
		}

		DataSource dataSource(MigrationOrigin side) {
			return this.context.getBean((side == MigrationOrigin.OLD) ? "oldDatabase" : "newDatabase",
					DataSource.class);
		}

		JdbcTemplate jdbc(MigrationOrigin side) {
			return new JdbcTemplate(dataSource(side));
		}

	}

}
