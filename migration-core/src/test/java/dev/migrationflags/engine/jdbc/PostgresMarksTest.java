package dev.migrationflags.engine.jdbc;

class PostgresMarksTest extends JdbcMarksContract {

	PostgresMarksTest() {
		super(TestDatabase.POSTGRESQL);
	}

}
