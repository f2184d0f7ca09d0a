package dev.migrationflags.boot.wiring.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.wiring.Wiring;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import org.hibernate.Hibernate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.repository.CrudRepository;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Repository interfaces of Spring Data JPA: two of them, or one and a class.
 */
class SpringDataJpaTests {

	private static final String NAMES = "names-flag";

	private static ApplicationContextRunner application(MigrationStage stage) {
		return Wiring.at(stage, Repositories.class, NewOrders.class)
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					TransactionAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
					DataJpaRepositoriesAutoConfiguration.class))
			.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.jpa.hibernate.ddl-auto=create")
			.withPropertyValues(Wiring.flag(NAMES, stage));
	}

	private static JdbcTemplate database(AssertableApplicationContext context) {
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		jdbc.execute("create table new_orders (id bigint primary key auto_increment, customer varchar(20))");
		return jdbc;
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void everyWayToCallARepository(MigrationStage stage) {
		application(stage).run((context) -> {
			JdbcTemplate jdbc = database(context);
			OldOrders orders = context.getBean(OldOrders.class);
			CrudRepository<CustomerOrder, Long> base = orders;
			boolean old = stage.authority() == MigrationOrigin.OLD;

			assertThat(orders.save(new CustomerOrder("alice")).getId()).isEqualTo(1);
			assertThat(base.save(new CustomerOrder("bob")).getId()).isEqualTo(2);
			assertThat(jdbc.queryForList("select customer from customer_order order by id", String.class))
				.hasSize((old || stage.writesBoth()) ? 2 : 0);
			assertThat(jdbc.queryForList("select customer from new_orders order by id", String.class))
				.hasSize((!old || stage.writesBoth()) ? 2 : 0);

			assertThat(orders.findById(1L)).get().extracting(CustomerOrder::getCustomer).isEqualTo("alice");
			assertThat(base.findById(2L)).get().extracting(CustomerOrder::getCustomer).isEqualTo("bob");
			assertThat(context.getBean(NewOrders.class).findById(1L)).isPresent();

			jdbc.update("insert into new_orders (customer) values ('only new')");
			int expected = old ? 0 : 1;
			assertThat(context.getBean(OldNames.class).countByCustomer("only new")).isEqualTo(expected);
			assertThat(context.getBean(NewNames.class).countNamed("only new")).isEqualTo(expected);
		});
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void aComparisonInitialisesNoLazyRelation(MigrationStage stage) {
		application(stage).run((context) -> {
			JdbcTemplate jdbc = database(context);
			jdbc.update("insert into customer_order (id, customer) values (1, 'alice')");
			jdbc.update("insert into order_line (id, text, order_id) values (1, 'a line', 1)");
			jdbc.update("insert into new_orders (customer) values ('alice')");
			PlatformTransactionManager transactions = context.getBean(PlatformTransactionManager.class);
			new TransactionTemplate(transactions).executeWithoutResult((status) -> {
				context.getBean(OldOrders.class).findById(1L);
				// the same entity again, from the persistence context
				CustomerOrder order = context.getBean(OldOrders.class).getReferenceById(1L);
				assertThat(Hibernate.isInitialized(order)).isTrue();
				assertThat(Hibernate.isInitialized(order.getLines())).isFalse();
			});
			assertThat(context.getBean(MeterRegistry.class).get("migration.comparisons").counter().count())
				.isEqualTo(1);
		});
	}

	@Entity
	@Table(name = "customer_order")
	static class CustomerOrder {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		private Long id;

		private String customer;

		@OneToMany(cascade = CascadeType.ALL)
		@JoinColumn(name = "order_id")
		private List<OrderLine> lines = new ArrayList<>();

		protected CustomerOrder() {
		}

		CustomerOrder(String customer) {
			this.customer = customer;
		}

		CustomerOrder(Long id, String customer) {
			this.id = id;
			this.customer = customer;
		}

		Long getId() {
			return this.id;
		}

		String getCustomer() {
			return this.customer;
		}

		List<OrderLine> getLines() {
			return this.lines;
		}

	}

	@Entity
	@Table(name = "order_line")
	static class OrderLine {

		@Id
		private Long id;

		private String text;

		protected OrderLine() {
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	interface OldOrders extends JpaRepository<CustomerOrder, Long> {

		@Override
		@MigrationRead(key = "#id")
		Optional<CustomerOrder> findById(Long id);

		@Override
		@MigrationWrite(key = "#entity.id")
		<S extends CustomerOrder> S save(S entity);

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewOrders {

		private final JdbcTemplate jdbc;

		NewOrders(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@MigrationRead
		Optional<CustomerOrder> findById(Long id) {
			return this.jdbc
				.query("select id, customer from new_orders where id = ?",
						(row, index) -> new CustomerOrder(row.getLong("id"), row.getString("customer")), id)
				.stream()
				.findFirst();
		}

		@MigrationWrite
		@SuppressWarnings("unchecked")
		<S extends CustomerOrder> S save(S order) {
			this.jdbc.update("insert into new_orders (customer) values (?)", order.getCustomer());
			Long id = this.jdbc.queryForObject("select max(id) from new_orders", Long.class);
			return (S) new CustomerOrder(id, order.getCustomer());
		}

	}

	interface OldNames extends JpaRepository<CustomerOrder, Long> {

		@MigrationRead(flag = NAMES, origin = MigrationOrigin.OLD, operation = "count")
		int countByCustomer(String customer);

	}

	interface NewNames extends JpaRepository<CustomerOrder, Long> {

		@Query(value = "select count(*) from new_orders where customer = ?1", nativeQuery = true)
		@MigrationRead(flag = NAMES, origin = MigrationOrigin.NEW, operation = "count")
		int countNamed(String customer);

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = SpringDataJpaTests.class)
	@EnableJpaRepositories(considerNestedRepositories = true)
	static class Repositories {

	}

}
