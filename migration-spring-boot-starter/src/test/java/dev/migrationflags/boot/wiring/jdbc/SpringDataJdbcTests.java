package dev.migrationflags.boot.wiring.jdbc;

import java.util.Optional;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.wiring.Wiring;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.CrudRepository;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Repository interfaces of Spring Data JDBC: two of them, or one and a class.
 */
class SpringDataJdbcTests {

	private static final String COUNTS = "counts-flag";

	private static ApplicationContextRunner application(MigrationStage stage) {
		return Wiring.at(stage, Repositories.class, NewItems.class)
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					TransactionAutoConfiguration.class, DataJdbcRepositoriesAutoConfiguration.class))
			.withPropertyValues("spring.datasource.generate-unique-name=true")
			.withPropertyValues(Wiring.flag(COUNTS, stage));
	}

	private static JdbcTemplate tables(AssertableApplicationContext context) {
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		jdbc.execute("create table item (id bigint primary key auto_increment, name varchar(20))");
		jdbc.execute("create table new_item (id bigint primary key, name varchar(20))");
		return jdbc;
	}

	private static long calls(AssertableApplicationContext context, String operation) {
		return context.getBean(MeterRegistry.class)
			.get("migration.calls")
			.tags("operation", operation)
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aReadThroughTheInterfaceAndThroughCrudRepository(MigrationStage stage) {
		application(stage).run((context) -> {
			JdbcTemplate jdbc = tables(context);
			jdbc.update("insert into item values (1, 'old')");
			jdbc.update("insert into new_item values (1, 'new')");
			Item expected = new Item(1L, stage.authority().key());
			assertThat(context.getBean(OldItems.class).findById(1L)).hasValue(expected);
			CrudRepository<Item, Long> base = context.getBean(OldItems.class);
			assertThat(base.findById(1L)).hasValue(expected);
			assertThat(context.getBean(NewItems.class).findById(1L)).hasValue(expected);
			assertThat(calls(context, "findById")).isEqualTo(3L * (stage.readsBoth() ? 2 : 1));
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aWriteThroughTheInterfaceAndThroughCrudRepository(MigrationStage stage) {
		application(stage).run((context) -> {
			JdbcTemplate jdbc = tables(context);
			OldItems items = context.getBean(OldItems.class);
			CrudRepository<Item, Long> base = items;
			assertThat(items.save(new Item(null, "a")).id()).isEqualTo(1);
			assertThat(base.save(new Item(null, "b")).id()).isEqualTo(2);
			boolean old = stage.authority() == MigrationOrigin.OLD;
			assertThat(jdbc.queryForList("select id from item order by id", Long.class))
				.hasSize((old || stage.writesBoth()) ? 2 : 0);
			assertThat(jdbc.queryForList("select id from new_item order by id", Long.class))
				.hasSize((!old || stage.writesBoth()) ? 2 : 0);
			// not redeclared, not migrated
			base.deleteAll();
			assertThat(jdbc.queryForList("select id from item", Long.class)).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void twoRepositoryInterfaces(MigrationStage stage) {
		application(stage).run((context) -> assertCounts(stage, context));
		application(stage).withPropertyValues("spring.main.lazy-initialization=true")
			.run((context) -> assertCounts(stage, context));
		application(stage).withPropertyValues("spring.data.jdbc.repositories.bootstrap-mode=lazy")
			.run((context) -> assertCounts(stage, context));
	}

	private static void assertCounts(MigrationStage stage, AssertableApplicationContext context) {
		JdbcTemplate jdbc = tables(context);
		jdbc.update("insert into item values (1, 'a')");
		jdbc.update("insert into new_item values (1, 'a'), (2, 'a')");
		int expected = (stage.authority() == MigrationOrigin.OLD) ? 1 : 2;
		assertThat(context.getBean(OldCounts.class).countByName("a")).isEqualTo(expected);
		assertThat(context.getBean(NewCounts.class).countNamed("a")).isEqualTo(expected);
		assertThat(calls(context, "count")).isEqualTo(2L * (stage.readsBoth() ? 2 : 1));
	}

	@Table
	record Item(@Id Long id, String name) {
	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	interface OldItems extends CrudRepository<Item, Long> {

		@Override
		@MigrationRead(key = "#id")
		Optional<Item> findById(Long id);

		@Override
		@MigrationWrite(key = "#entity.id", mirror = "#result")
		<S extends Item> S save(S entity);

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewItems {

		private final JdbcTemplate jdbc;

		NewItems(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@MigrationRead
		Optional<Item> findById(Long id) {
			return this.jdbc
				.query("select id, name from new_item where id = ?",
						(row, index) -> new Item(row.getLong("id"), row.getString("name")), id)
				.stream()
				.findFirst();
		}

		/**
		 * Spring Data takes an entity with an id for one that exists, so the generated id
		 * must not reach the repository.
		 */
		@MigrationWrite(mirror = "#item")
		@SuppressWarnings("unchecked")
		<S extends Item> S save(S item) {
			Long id = (item.id() != null) ? item.id()
					: this.jdbc.queryForObject("select coalesce(max(id), 0) + 1 from new_item", Long.class);
			this.jdbc.update("insert into new_item values (?, ?)", id, item.name());
			return (S) new Item(id, item.name());
		}

	}

	interface OldCounts extends CrudRepository<Item, Long> {

		@MigrationRead(flag = COUNTS, origin = MigrationOrigin.OLD, operation = "count")
		int countByName(String name);

	}

	interface NewCounts extends CrudRepository<Item, Long> {

		@Query("select count(*) from new_item where name = :name")
		@MigrationRead(flag = COUNTS, origin = MigrationOrigin.NEW, operation = "count")
		int countNamed(String name);

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true)
	static class Repositories {

	}

}
