package dev.migrationflags.crash.worker;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.StageChangedException;
import dev.migrationflags.StageUnknownException;
import dev.migrationflags.crash.history.Outcome;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets callers write, without a transaction or in one of their own.
 */
class CallerTransactions {

	/**
	 * Without.
	 */
	static final CallerTransactions NONE = new CallerTransactions();

	private static final int ROLLED_BACK = 8;

	/** What the calls of this thread have written. */
	private static final ThreadLocal<Written> WRITTEN = ThreadLocal.withInitial(Written::new);

	static CallerTransactions of(MigrationFlags flags, PlatformTransactionManager oldSide,
			PlatformTransactionManager newSide) {
		Map<MigrationOrigin, TransactionTemplate> templates = new EnumMap<>(MigrationOrigin.class);
		templates.put(MigrationOrigin.OLD, new TransactionTemplate(oldSide));
		templates.put(MigrationOrigin.NEW, new TransactionTemplate(newSide));
		return new Own(flags, templates);
	}

	/**
	 * A side is about to be written on this thread.
	 * @param inTransaction whether in a transaction of that side's database that was open
	 * before
	 */
	static void wrote(boolean inTransaction) {
		Written written = WRITTEN.get();
		written.inside |= inTransaction;
		written.outside |= !inTransaction;
	}

	/**
	 * How many writes a caller makes at once.
	 */
	int writes() {
		return 1;
	}

	/**
	 * Writes.
	 * @param writes calls the migrated methods
	 * @return how that ended
	 */
	Outcome run(Runnable writes) {
		try {
			writes.run();
			return Outcome.OK;
		}
		catch (MarkUnavailableException | StageUnknownException | StageChangedException ex) {
			return Outcome.REFUSED;
		}
		catch (RuntimeException ex) {
			return Outcome.INDETERMINATE;
		}
	}

	/**
	 * With a transaction of the database that leads. The flag may flip before the first
	 * write, which is then outside of it, as if there were none.
	 */
	private static final class Own extends CallerTransactions {

		private final MigrationFlags flags;

		private final Map<MigrationOrigin, TransactionTemplate> templates;

		private Own(MigrationFlags flags, Map<MigrationOrigin, TransactionTemplate> templates) {
			this.flags = flags;
			this.templates = templates;
		}

		@Override
		int writes() {
			return 1 + ThreadLocalRandom.current().nextInt(2);
		}

		@Override
		Outcome run(Runnable writes) {
			TransactionTemplate template = this.templates.get(this.flags.stage(Worker.FLAG).authority());
			boolean rollback = ThreadLocalRandom.current().nextInt(ROLLED_BACK) == 0;
			WRITTEN.remove();
			Outcome outcome = super.run(() -> template.executeWithoutResult((status) -> {
				writes.run();
				if (rollback) {
					status.setRollbackOnly();
				}
			}));
			Written written = WRITTEN.get();
			return switch (outcome) {
				// a refusal of the second write takes the first one back
				case REFUSED -> written.outside ? Outcome.INDETERMINATE : outcome;
				case OK -> (rollback && written.inside) ? (written.outside ? Outcome.INDETERMINATE : Outcome.REFUSED)
						: outcome;
				case INDETERMINATE -> outcome;
			};
		}

	}

	private static final class Written {

		private boolean inside;

		private boolean outside;

	}

}
