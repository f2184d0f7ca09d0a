package dev.migrationflags.crash.worker;

import javax.sql.DataSource;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * The new side.
 */
@Migration(flag = Worker.FLAG, origin = MigrationOrigin.NEW, transactionManager = "newTransactions")
class NewRegisters extends Side {

	NewRegisters(DataSource dataSource, @Nullable TransactionTemplate transactions, Faults faults,
			SeededBugs.Replay replay, SeededBugs.Misdirected misdirected) {
		super(MigrationOrigin.NEW, "new_register", dataSource, transactions, faults, replay, misdirected);
	}

}
