package dev.migrationflags.sample.orders;

import java.util.List;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/**
 * The databases of the orders and both stores, without the shop and without migration:
 * each call reaches the side on which it is made. A shop in a process of its own can work
 * on them, and be killed.
 */
public final class OrderBackend implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private OrderBackend(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts the servers.
	 * @return the backend, to be closed
	 */
	public static OrderBackend start() {
		return new OrderBackend(
				new SpringApplicationBuilder(Parts.class).web(WebApplicationType.NONE).profiles("rehearsal").run());
	}

	/**
	 * Both sides.
	 * @return the stores
	 */
	public OrderStores stores() {
		return this.context.getBean(OrderStores.class);
	}

	/**
	 * What tells a shop to work on these databases.
	 * @return properties of its application, as name and value
	 */
	public List<String> properties() {
		OrderServers servers = this.context.getBean(OrderServers.class);
		return Stream.of(OrderServers.OLD, OrderServers.NEW, OrderServers.MIGRATIONS)
			.map((property) -> property + "=" + servers.url(property))
			.toList();
	}

	Orders side(String name) {
		return this.context.getBean(name, Orders.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * No component: the shop must not find it.
	 */
	@EnableTransactionManagement(proxyTargetClass = true)
	@Import(OrderDatabases.class)
	static class Parts {

		@Bean
		LegacyOrders legacyOrders(@Qualifier("oldJdbc") JdbcClient jdbc, JsonMapper json) {
			return new LegacyOrders(jdbc, json);
		}

		@Bean
		PostgresOrders postgresOrders(@Qualifier("newJdbc") JdbcClient jdbc) {
			return new PostgresOrders(jdbc);
		}

		@Bean
		JsonMapper jsonMapper() {
			return JsonMapper.builder().build();
		}

	}

}
