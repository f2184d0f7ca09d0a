package dev.migrationflags.boot.transaction;

import javax.sql.DataSource;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/**
 * An application with both sides in one database.
 */
@Configuration(proxyBeanMethods = false)
@EnableTransactionManagement
class TwoTables {

	static ApplicationContextRunner runner(MigrationStage stage) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class))
			.withUserConfiguration(TwoTables.class)
			.withPropertyValues("migration.flags.items.stage=" + stage.key(), "migration.store.accept-volatile=true",
					"migration.flags.items.write.timeout=8s", "migration.flags.items.read.execution=concurrent");
	}

	static String table(MigrationOrigin side) {
		return (side == MigrationOrigin.OLD) ? "item" : "item_copy";
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
	DataSource database() {
		return Postgres.pool(Postgres.NEW, 3);
	}

	@Bean
	OldTable oldItems(DataSource database, Journal journal) {
		return new OldTable(new JdbcTemplate(database), journal);
	}

	@Bean
	NewTable newItems(DataSource database, Journal journal) {
		return new NewTable(new JdbcTemplate(database), journal);
	}

	/**
	 * One of the tables.
	 */
	abstract static class Table implements Items {

		private final MigrationOrigin side;

		private final JdbcTemplate jdbc;

		private final Journal journal;

		Table(MigrationOrigin side, JdbcTemplate jdbc, Journal journal) {
			this.side = side;
			this.jdbc = jdbc;
			this.journal = journal;
		}

		@Override
		@Transactional
		public void save(String id) {
			this.journal.write(this.side, id);
			this.jdbc.update("insert into " + table(this.side) + " (id) values (?)", id);
		}

		@Override
		public boolean exists(String id) {
			this.journal.read(this.side, id);
			return !this.jdbc.queryForList("select 1 from " + table(this.side) + " where id = ?", id).isEmpty();
		}

	}

	@Migration(flag = "items", origin = MigrationOrigin.OLD)
	static class OldTable extends Table {

		OldTable(JdbcTemplate jdbc, Journal journal) {
			super(MigrationOrigin.OLD, jdbc, journal);
		}

	}

	@Migration(flag = "items", origin = MigrationOrigin.NEW)
	static class NewTable extends Table {

		NewTable(JdbcTemplate jdbc, Journal journal) {
			super(MigrationOrigin.NEW, jdbc, journal);
		}

	}

}
