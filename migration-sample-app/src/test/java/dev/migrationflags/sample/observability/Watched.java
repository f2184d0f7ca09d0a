package dev.migrationflags.sample.observability;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import dev.migrationflags.sample.observability.Things.NewThings;
import dev.migrationflags.sample.observability.Things.OldThings;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * What the shop gets besides: a migration that can be told to go wrong, and a store that
 * can be out of reach. Without an annotation, so that no other test finds it.
 */
class Watched {

	@Bean
	OldThings oldThings() {
		return new OldThings();
	}

	@Bean
	NewThings newThings() {
		return new NewThings();
	}

	@Bean
	static BeanPostProcessor unsteadyStore() {
		return new BeanPostProcessor() {
			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				return (name.equals("migrationDataSource") && bean instanceof DataSource store) ? new Unsteady(store)
						: bean;
			}
		};
	}

	/**
	 * Connections, unless it is told otherwise.
	 */
	static final class Unsteady extends AbstractDataSource {

		private final DataSource dataSource;

		private volatile boolean away;

		Unsteady(DataSource dataSource) {
			this.dataSource = dataSource;
		}

		void goAway() {
			this.away = true;
		}

		@Override
		public Connection getConnection() throws SQLException {
			if (this.away) {
				throw new SQLException("away, as it was told", "08001");
			}
			return this.dataSource.getConnection();
		}

		@Override
		public Connection getConnection(String user, String password) throws SQLException {
			return getConnection();
		}

	}

}
