package dev.migrationflags.crash.worker;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The old side.
 */
@Migration(flag = Worker.FLAG, origin = MigrationOrigin.OLD)
class OldRegisters extends Side {

	OldRegisters(JdbcClient jdbc, @Nullable TransactionTemplate transactions, Faults faults, SeededBugs.Replay replay,
			SeededBugs.Misdirected misdirected) {
		super(MigrationOrigin.OLD, "old_register", jdbc, transactions, faults, replay, misdirected);
	}

}
