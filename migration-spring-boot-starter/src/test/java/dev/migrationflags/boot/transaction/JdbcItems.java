package dev.migrationflags.boot.transaction;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/**
 * Items in a table.
 */
abstract class JdbcItems implements Items {

	private final MigrationOrigin side;

	private final JdbcTemplate jdbc;

	private final Journal journal;

	JdbcItems(MigrationOrigin side, JdbcTemplate jdbc, Journal journal) {
		this.side = side;
		this.jdbc = jdbc;
		this.journal = journal;
	}

	@Override
	public void save(String id) {
		this.journal.write(this.side, id);
		this.jdbc.update("insert into item (id) values (?)", id);
	}

	@Override
	public boolean exists(String id) {
		this.journal.read(this.side, id);
		return !this.jdbc.queryForList("select 1 from item where id = ?", id).isEmpty();
	}

	/**
	 * The side is told by its own annotation.
	 */
	@Migration(flag = "items", origin = MigrationOrigin.OLD)
	@Transactional("oldTransactions")
	static class Old extends JdbcItems {

		Old(JdbcTemplate jdbc, Journal journal) {
			super(MigrationOrigin.OLD, jdbc, journal);
		}

		// an annotation of a class does not reach the methods that it inherits
		@Override
		public void save(String id) {
			super.save(id);
		}

	}

	@Migration(flag = "items", origin = MigrationOrigin.NEW)
	@Transactional("newTransactions")
	static class New extends JdbcItems {

		New(JdbcTemplate jdbc, Journal journal) {
			super(MigrationOrigin.NEW, jdbc, journal);
		}

		// an annotation of a class does not reach the methods that it inherits
		@Override
		public void save(String id) {
			super.save(id);
		}

	}

	/**
	 * The side is named.
	 */
	@Migration(flag = "items", origin = MigrationOrigin.OLD, transactionManager = "oldTransactions")
	static class NamedOld extends JdbcItems {

		NamedOld(JdbcTemplate jdbc, Journal journal) {
			super(MigrationOrigin.OLD, jdbc, journal);
		}

	}

	@Migration(flag = "items", origin = MigrationOrigin.NEW, transactionManager = "newTransactions")
	static class NamedNew extends JdbcItems {

		NamedNew(JdbcTemplate jdbc, Journal journal) {
			super(MigrationOrigin.NEW, jdbc, journal);
		}

	}

	/**
	 * Nothing tells the manager.
	 */
	@Migration(flag = "items", origin = MigrationOrigin.OLD)
	static class PlainOld extends JdbcItems {

		PlainOld(JdbcTemplate jdbc, Journal journal) {
			super(MigrationOrigin.OLD, jdbc, journal);
		}

	}

	@Migration(flag = "items", origin = MigrationOrigin.NEW)
	static class PlainNew extends JdbcItems {

		PlainNew(JdbcTemplate jdbc, Journal journal) {
			super(MigrationOrigin.NEW, jdbc, journal);
		}

	}

}
