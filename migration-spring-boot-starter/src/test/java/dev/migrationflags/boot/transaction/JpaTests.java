package dev.migrationflags.boot.transaction;

import java.util.function.Consumer;

import javax.sql.DataSource;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.transaction.TwoDatabases.Application;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Table;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The authority writes by JPA, which writes when it commits.
 */
class JpaTests {

	private static final String JPA = "jpaTransactions";

	private static final String JDBC = "newTransactions";

	@BeforeEach
	void clear() {
		Postgres.clear();
	}

	@DualStages
	void secondWriteRunsOnceTheTransactionHasCommitted(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(manager(stage), (status) -> {
				application.items.save("a");
				assertThat(application.journal.entries).containsExactly(stage.authority() + ".save a");
			});
			assertThat(Postgres.ids(Postgres.OLD)).containsExactly("a");
			assertThat(Postgres.ids(Postgres.NEW)).containsExactly("a");
		});
	}

	@DualStages
	void secondWriteRunsAtOnceWithoutATransaction(MigrationStage stage) {
		run(stage, (application) -> {
			application.items.save("a");
			assertThat(Postgres.ids(Postgres.OLD)).containsExactly("a");
			assertThat(Postgres.ids(Postgres.NEW)).containsExactly("a");
		});
	}

	@DualStages
	void nothingIsWrittenAfterARollback(MigrationStage stage) {
		run(stage, (application) -> {
			application.in(manager(stage), (status) -> {
				application.items.save("a");
				status.setRollbackOnly();
			});
			assertThatExceptionOfType(UnexpectedRollbackException.class)
				.isThrownBy(() -> application.in(manager(stage), (status) -> {
					application.items.save("b");
					assertThatThrownBy(() -> application.in(manager(stage), (inner) -> {
						throw new IllegalStateException();
					})).isInstanceOf(IllegalStateException.class);
				}));
			assertThat(application.journal.entries).containsExactly(stage.authority() + ".save a",
					stage.authority() + ".save b");
			assertThat(application.skipped("rolled_back")).isEqualTo(2);
			assertThat(application.failures()).isZero();
		});
	}

	@DualStages
	void nothingIsWrittenIfTheFlushAtTheCommitFails(MigrationStage stage) {
		run(stage, (application) -> {
			String database = TwoDatabases.database(stage.authority());
			Postgres.outside(database).execute("alter table item add constraint unwanted check (id <> 'a')");
			try {
				assertThatThrownBy(() -> application.in(manager(stage), (status) -> application.items.save("a")))
					.isInstanceOf(DataAccessException.class);
				assertThat(application.journal.entries).containsExactly(stage.authority() + ".save a");
				assertThat(application.failures()).isZero();
			}
			finally {
				Postgres.outside(database).execute("alter table item drop constraint unwanted");
			}
		});
	}

	@DualStages
	void commitWithUnknownOutcomeCountsAsFailed(MigrationStage stage) {
		run(stage, (application) -> {
			assertThatThrownBy(() -> application.in(manager(stage), (status) -> {
				application.items.save("a");
				Integer backend;
				if (stage.authority() == MigrationOrigin.OLD) {
					OldJpa side = application.context.getBean(OldJpa.class);
					side.flush();
					backend = side.backend();
				}
				else {
					backend = application.jdbc(stage.authority())
						.queryForObject("select pg_backend_pid()", Integer.class);
				}
				Postgres.outside(TwoDatabases.database(stage.authority()))
					.queryForList("select pg_terminate_backend(?, 10000)", backend);
			})).isInstanceOfAny(TransactionException.class, DataAccessException.class);
			assertThat(application.journal.entries).containsExactly(stage.authority() + ".save a");
			assertThat(application.failures()).isOne();
		});
	}

	@DualStages
	void failingSecondWriteDoesNotReachTheCaller(MigrationStage stage) {
		run(stage, (application) -> {
			String secondary = TwoDatabases.database(stage.authority().other());
			Postgres.outside(secondary).update("insert into item (id) values ('a')");
			application.in(manager(stage), (status) -> application.items.save("a"));
			assertThat(Postgres.ids(TwoDatabases.database(stage.authority()))).containsExactly("a");
			assertThat(application.failures()).isOne();
		});
	}

	private static String manager(MigrationStage stage) {
		return (stage.authority() == MigrationOrigin.OLD) ? JPA : JDBC;
	}

	private static void run(MigrationStage stage, Consumer<Application> test) {
		TwoDatabases.runner(stage)
			.withUserConfiguration(Jpa.class)
			.run((context) -> test.accept(new Application(context)));
	}

	@Entity(name = "Item")
	@Table(name = "item")
	static class Item {

		@Id
		private String id;

		protected Item() {
		}

		Item(String id) {
			this.id = id;
		}

	}

	@Migration(flag = "items", origin = MigrationOrigin.OLD)
	@Transactional("jpaTransactions")
	static class OldJpa implements Items {

		@PersistenceContext
		private EntityManager entities;

		private final Journal journal;

		OldJpa(Journal journal) {
			this.journal = journal;
		}

		@Override
		public void save(String id) {
			this.journal.write(MigrationOrigin.OLD, id);
			this.entities.persist(new Item(id));
		}

		@Override
		public boolean exists(String id) {
			this.journal.read(MigrationOrigin.OLD, id);
			return this.entities.find(Item.class, id) != null;
		}

		void flush() {
			this.entities.flush();
		}

		Integer backend() {
			return (Integer) this.entities.createNativeQuery("select pg_backend_pid()").getSingleResult();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Jpa {

		@Bean
		LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource oldDatabase) {
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(oldDatabase);
			factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
			factory.setManagedTypes(PersistenceManagedTypes.of(Item.class.getName()));
			return factory;
		}

		@Bean
		PlatformTransactionManager jpaTransactions(EntityManagerFactory entityManagerFactory) {
			return new JpaTransactionManager(entityManagerFactory);
		}

		@Bean
		OldJpa oldItems(Journal journal) {
			return new OldJpa(journal);
		}

		@Bean
		JdbcItems.New newItems(JdbcTemplate newJdbc, Journal journal) {
			return new JdbcItems.New(newJdbc, journal);
		}

	}

}
