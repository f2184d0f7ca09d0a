package dev.migrationflags.engine.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A data source that can be out of reach.
 */
class FailingDataSource extends DelegatingDataSource {

	volatile boolean down;

	FailingDataSource(DataSource target) {
		super(target);
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (this.down) {
			throw new SQLException("out of reach", "08001");
		}
		return super.getConnection();
	}

}
