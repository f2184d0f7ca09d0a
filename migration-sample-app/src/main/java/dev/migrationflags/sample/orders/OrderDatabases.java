package dev.migrationflags.sample.orders;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.boot.MigrationDataSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Two servers, each with its schema, its pool and its transactions; and a third database
 * for what the framework keeps, where it is asked to.
 */
@Configuration(proxyBeanMethods = false)
class OrderDatabases {

	/**
	 * Servers of our own, unless somebody else has started some.
	 */
	@Bean
	OrderServers orderServers(Environment environment) {
		return OrderServers.isGiven(environment) ? environment::getRequiredProperty : new PostgresServers();
	}

	@Bean
	HikariDataSource oldDataSource(OrderServers servers) {
		return dataSource("old", servers.url(OrderServers.OLD));
	}

	@Bean(initMethod = "migrate")
	Flyway oldFlyway(@Qualifier("oldDataSource") DataSource dataSource) {
		return flyway(dataSource, "classpath:db/old");
	}

	@Bean
	JdbcTransactionManager oldTransactionManager(@Qualifier("oldDataSource") DataSource dataSource) {
		return new JdbcTransactionManager(dataSource);
	}

	@Bean
	@DependsOn("oldFlyway")
	JdbcClient oldJdbc(@Qualifier("oldDataSource") DataSource dataSource) {
		return JdbcClient.create(dataSource);
	}

	@Bean
	HikariDataSource newDataSource(OrderServers servers) {
		return dataSource("new", servers.url(OrderServers.NEW));
	}

	@Bean(initMethod = "migrate")
	Flyway newFlyway(@Qualifier("newDataSource") DataSource dataSource) {
		return flyway(dataSource, "classpath:db/new");
	}

	@Bean
	JdbcTransactionManager newTransactionManager(@Qualifier("newDataSource") DataSource dataSource) {
		return new JdbcTransactionManager(dataSource);
	}

	@Bean
	@DependsOn("newFlyway")
	JdbcClient newJdbc(@Qualifier("newDataSource") DataSource dataSource) {
		return JdbcClient.create(dataSource);
	}

	/**
	 * Stages and marks, if they are to outlive the process.
	 */
	@Bean
	@MigrationDataSource
	@ConditionalOnProperty(name = "migration.store.type", havingValue = "jdbc")
	HikariDataSource migrationDataSource(OrderServers servers) {
		return dataSource("migrations", servers.url(OrderServers.MIGRATIONS));
	}

	@Bean
	OrderStores orderStores(@Qualifier("legacyOrders") KeyedStore<Long, Order> oldSide,
			@Qualifier("postgresOrders") KeyedStore<Long, Order> newSide) {
		return new OrderStores(oldSide, newSide);
	}

	private static HikariDataSource dataSource(String name, String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setPoolName(name);
		dataSource.setJdbcUrl(url);
		// more than there are request threads at work: a dual write holds one of each
		dataSource.setMaximumPoolSize(20);
		return dataSource;
	}

	private static Flyway flyway(DataSource dataSource, String location) {
		return Flyway.configure().dataSource(dataSource).locations(location).load();
	}

}
