package dev.migrationflags.crash.worker;

import java.util.Properties;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.boot.MigrationDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The application of a node: two sides on two servers, and what the migration keeps on a
 * third.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(SeededBugs.class)
class WorkerApplication {

	private final Environment environment;

	WorkerApplication(Environment environment) {
		this.environment = environment;
	}

	@Bean
	Faults faults() {
		return new Faults();
	}

	@Bean
	HikariDataSource oldDataSource() {
		return dataSource("old");
	}

	@Bean
	HikariDataSource newDataSource() {
		return dataSource("new");
	}

	@Bean
	@MigrationDataSource
	HikariDataSource marksDataSource() {
		HikariDataSource marks = dataSource("marks");
		if (SeededBugs.of(this.environment) == Bug.STAGE_FORGOTTEN) {
			SeededBugs.forget(marks);
		}
		return marks;
	}

	@Bean
	DataSourceTransactionManager oldTransactions(HikariDataSource oldDataSource) {
		return new DataSourceTransactionManager(oldDataSource);
	}

	@Bean
	DataSourceTransactionManager newTransactions(HikariDataSource newDataSource) {
		return new DataSourceTransactionManager(newDataSource);
	}

	@Bean
	OldRegisters oldRegisters(HikariDataSource oldDataSource, DataSourceTransactionManager oldTransactions,
			Faults faults, SeededBugs.Replay replay, SeededBugs.Misdirected misdirected) {
		return new OldRegisters(oldDataSource, ofTheSide(oldTransactions), faults, replay, misdirected);
	}

	@Bean
	NewRegisters newRegisters(HikariDataSource newDataSource, DataSourceTransactionManager newTransactions,
			Faults faults, SeededBugs.Replay replay, SeededBugs.Misdirected misdirected) {
		return new NewRegisters(newDataSource, ofTheSide(newTransactions), faults, replay, misdirected);
	}

	private @Nullable TransactionTemplate ofTheSide(DataSourceTransactionManager manager) {
		return (transactions() == Transactions.SIDE) ? new TransactionTemplate(manager) : null;
	}

	@Bean
	CallerTransactions callerTransactions(MigrationFlags flags, DataSourceTransactionManager oldTransactions,
			DataSourceTransactionManager newTransactions) {
		return (transactions() == Transactions.CALLER) ? CallerTransactions.of(flags, oldTransactions, newTransactions)
				: CallerTransactions.NONE;
	}

	private Transactions transactions() {
		return this.environment.getProperty("crash.transactions", Transactions.class, Transactions.NONE);
	}

	/**
	 * Tells what repair has done.
	 */
	@Bean
	SimpleMeterRegistry meterRegistry() {
		return new SimpleMeterRegistry();
	}

	/**
	 * A dead server is noticed in less than a write may live.
	 */
	private HikariDataSource dataSource(String name) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setPoolName(name);
		dataSource.setJdbcUrl(this.environment.getRequiredProperty("crash." + name));
		dataSource.setMaximumPoolSize(16);
		dataSource.setMinimumIdle(2);
		dataSource.setConnectionTimeout(500);
		// a busy machine may need longer for the first one
		dataSource.setInitializationFailTimeout(20_000);
		dataSource.setValidationTimeout(300);
		Properties driver = new Properties();
		driver.setProperty("socketTimeout", "1");
		driver.setProperty("connectTimeout", "1");
		driver.setProperty("loginTimeout", "1");
		// the proxy reads statements
		driver.setProperty("prepareThreshold", "0");
		driver.setProperty("sslmode", "disable");
		driver.setProperty("gssEncMode", "disable");
		driver.setProperty("options", "-c statement_timeout=800");
		dataSource.setDataSourceProperties(driver);
		return dataSource;
	}

}
