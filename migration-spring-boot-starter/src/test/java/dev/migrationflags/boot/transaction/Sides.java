package dev.migrationflags.boot.transaction;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Ways to tell the transaction managers of two sides.
 */
final class Sides {

	private Sides() {
	}

	/**
	 * The sides tell their managers by their own annotation.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Annotated {

		@Bean
		JdbcItems.Old oldItems(JdbcTemplate oldJdbc, Journal journal) {
			return new JdbcItems.Old(oldJdbc, journal);
		}

		@Bean
		JdbcItems.New newItems(JdbcTemplate newJdbc, Journal journal) {
			return new JdbcItems.New(newJdbc, journal);
		}

	}

	/**
	 * The managers of the sides are named.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Named {

		@Bean
		JdbcItems.NamedOld oldItems(JdbcTemplate oldJdbc, Journal journal) {
			return new JdbcItems.NamedOld(oldJdbc, journal);
		}

		@Bean
		JdbcItems.NamedNew newItems(JdbcTemplate newJdbc, Journal journal) {
			return new JdbcItems.NamedNew(newJdbc, journal);
		}

	}

	/**
	 * Nothing tells the managers of the sides.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Plain {

		@Bean
		JdbcItems.PlainOld oldItems(JdbcTemplate oldJdbc, Journal journal) {
			return new JdbcItems.PlainOld(oldJdbc, journal);
		}

		@Bean
		JdbcItems.PlainNew newItems(JdbcTemplate newJdbc, Journal journal) {
			return new JdbcItems.PlainNew(newJdbc, journal);
		}

	}

}
