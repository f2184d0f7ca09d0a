package dev.migrationflags.engine;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;

/**
 * What the engine needs to know about the transactions of the calling thread.
 */
public interface CallerTransactions {

	/**
	 * There are no transactions.
	 */
	CallerTransactions NONE = new CallerTransactions() {

		@Override
		public boolean defer(@Nullable String manager, Deferred write) {
			return false;
		}

		@Override
		public void written(Flag flag, @Nullable MigrationContext context, MigrationStage stage,
				@Nullable String manager) {
		}

		@Override
		public @Nullable MigrationStage writtenAt(Flag flag, @Nullable MigrationContext context) {
			return null;
		}

		@Override
		public boolean hasWritten(Flag flag) {
			return false;
		}

	};

	/**
	 * Called on the caller's thread right after an authoritative write: if that write is
	 * part of a transaction, the second one waits for its end.
	 * @param manager the bean name of the transaction manager of the authoritative side;
	 * {@code null} if it cannot be told, then all active transactions count
	 * @param write is told of the end, on the thread that ends the transaction; told of
	 * several in the order in which they were deferred
	 * @return whether there is such a transaction
	 */
	boolean defer(@Nullable String manager, Deferred write);

	/**
	 * Whether a write that is made now is part of a transaction.
	 * @param manager the bean name of the transaction manager of the authoritative side;
	 * {@code null} if it cannot be told, then all active transactions count
	 * @return whether {@link #defer} would wait for the end of one
	 */
	default boolean isActive(@Nullable String manager) {
		return false;
	}

	/**
	 * Notes that a write is about to happen in the active transaction, if there is one.
	 * @param flag the flag
	 * @param context whom the write is for, or {@code null} if all contexts have one
	 * stage
	 * @param stage the stage of the write
	 * @param manager the bean name of the transaction manager of the authoritative side;
	 * {@code null} if it cannot be told, then all active transactions count
	 */
	void written(Flag flag, @Nullable MigrationContext context, MigrationStage stage, @Nullable String manager);

	/**
	 * The stage at which an active transaction has written first.
	 * @param flag the flag
	 * @param context whom the call is for, or {@code null} if all contexts have one stage
	 * @return the stage, or {@code null} if none has written
	 */
	@Nullable MigrationStage writtenAt(Flag flag, @Nullable MigrationContext context);

	/**
	 * Whether an active transaction has written under a flag, for whatever context.
	 * @param flag the flag
	 * @return whether it has
	 */
	boolean hasWritten(Flag flag);

	/**
	 * A second write that waits for the end of a transaction. Exactly one of its methods
	 * is called, once; none may throw.
	 */
	interface Deferred {

		/**
		 * The transaction has committed.
		 */
		void committed();

		/**
		 * The transaction, or the part of it since a savepoint, was rolled back.
		 */
		void rolledBack();

		/**
		 * The commit failed, and nobody knows whether it took effect.
		 */
		void unknown();

		/**
		 * What the caller of the commit gets, although the transaction stands. Asked once
		 * all writes of the transaction have been told of the commit.
		 * @return an exception, or {@code null}
		 */
		default @Nullable RuntimeException answer() {
			return null;
		}

	}

}
