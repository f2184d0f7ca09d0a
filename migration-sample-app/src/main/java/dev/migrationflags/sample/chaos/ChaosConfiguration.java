package dev.migrationflags.sample.chaos;

import java.io.IOException;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Gets between the new sides and what they work with: the statements of the new order
 * store, inside its transactions, and the requests to the pricing service. Not there
 * unless {@code sample.chaos=true}.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("sample.chaos")
class ChaosConfiguration {

	@Bean
	static Chaos chaos() {
		return new Chaos();
	}

	@Bean
	static BeanPostProcessor newJdbcChaos(ObjectProvider<Chaos> chaos) {
		return new BeanPostProcessor() {
			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				return (name.equals("newJdbc") && bean instanceof JdbcClient jdbc) ? struck(jdbc, chaos.getObject())
						: bean;
			}
		};
	}

	private static JdbcClient struck(JdbcClient jdbc, Chaos chaos) {
		return (sql) -> {
			chaos.strike();
			return jdbc.sql(sql);
		};
	}

	@Bean
	Filter pricingChaos(Chaos chaos) {
		return new Filter() {
			@Override
			public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
				try {
					chaos.strike();
				}
				catch (RuntimeException | AssertionError ex) {
					try (exchange) {
						exchange.sendResponseHeaders(500, -1);
					}
					return;
				}
				chain.doFilter(exchange);
			}

			@Override
			public String description() {
				return "chaos";
			}
		};
	}

}
