package dev.migrationflags.crash.worker;

import javax.sql.DataSource;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * The old side.
 */
@Migration(flag = Worker.FLAG, origin = MigrationOrigin.OLD, transactionManager = "oldTransactions")
class OldRegisters extends Side {

	OldRegisters(DataSource dataSource, @Nullable TransactionTemplate transactions, Faults faults,
			SeededBugs.Replay replay, SeededBugs.Misdirected misdirected) {
		super(MigrationOrigin.OLD, "old_register", dataSource, transactions, faults, replay, misdirected);
	}

}
