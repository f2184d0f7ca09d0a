package dev.migrationflags.sample.orders;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Two servers, each with its schema, its pool and its transactions.
 */
@Configuration(proxyBeanMethods = false)
class OrderDatabases {

	@Bean
	PostgresServers postgresServers() {
		return new PostgresServers();
	}

	@Bean
	HikariDataSource oldDataSource(PostgresServers servers) {
		return servers.oldSide();
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
	HikariDataSource newDataSource(PostgresServers servers) {
		return servers.newSide();
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

	@Bean
	OrderStores orderStores(@Qualifier("legacyOrders") OrderStore oldSide,
			@Qualifier("postgresOrders") OrderStore newSide) {
		return new OrderStores(oldSide, newSide);
	}

	private static Flyway flyway(DataSource dataSource, String location) {
		return Flyway.configure().dataSource(dataSource).locations(location).load();
	}

}
