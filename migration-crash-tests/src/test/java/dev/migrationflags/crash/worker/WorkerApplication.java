package dev.migrationflags.crash.worker;

import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.boot.MigrationDataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
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
	OldRegisters oldRegisters(HikariDataSource oldDataSource, Faults faults, SeededBugs.Replay replay,
			SeededBugs.Misdirected misdirected) {
		return new OldRegisters(JdbcClient.create(oldDataSource), transactions(oldDataSource), faults, replay,
				misdirected);
	}

	@Bean
	NewRegisters newRegisters(HikariDataSource newDataSource, Faults faults, SeededBugs.Replay replay,
			SeededBugs.Misdirected misdirected) {
		return new NewRegisters(JdbcClient.create(newDataSource), transactions(newDataSource), faults, replay,
				misdirected);
	}

	private @Nullable TransactionTemplate transactions(DataSource dataSource) {
		return this.environment.getProperty("crash.transactions", boolean.class, false)
				? new TransactionTemplate(new DataSourceTransactionManager(dataSource)) : null;
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
