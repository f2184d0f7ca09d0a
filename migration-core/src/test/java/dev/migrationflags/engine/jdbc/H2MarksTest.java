package dev.migrationflags.engine.jdbc;

class H2MarksTest extends JdbcMarksContract {

	H2MarksTest() {
		super(TestDatabase.H2);
	}

}
