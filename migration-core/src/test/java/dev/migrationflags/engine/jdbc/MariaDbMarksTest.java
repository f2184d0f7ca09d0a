package dev.migrationflags.engine.jdbc;

class MariaDbMarksTest extends JdbcMarksContract {

	MariaDbMarksTest() {
		super(TestDatabase.MARIADB);
	}

}
