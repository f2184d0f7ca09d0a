package dev.migrationflags.engine;

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
		public boolean defer(Flag flag, @Nullable String manager, Deferred write) {
			return false;
		}

		@Override
		public void written(Flag flag) {
		}

		@Override
		public boolean hasWritten(Flag flag) {
			return false;
		}

	};

	/**
	 * Called on the caller's thread right after an authoritative write: if that write is
	 * part of a transaction, the second one waits for its end.
	 * @param flag the flag of the write
	 * @param manager the bean name of the transaction manager of the authoritative side;
	 * {@code null} if it cannot be told, then all active transactions count
	 * @param write is told of the end, on the thread that ends the transaction; told of
	 * several in the order in which they were deferred
	 * @return whether there is such a transaction
	 */
	boolean defer(Flag flag, @Nullable String manager, Deferred write);

	/**
	 * Notes that the active transaction, if any, has written under a flag.
	 * @param flag the flag
	 */
	void written(Flag flag);

	/**
	 * Whether an active transaction has written under a flag.
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

	}

}
