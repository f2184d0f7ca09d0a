package dev.migrationflags.aop.transaction;

import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Tells of the savepoints of a transaction; and of its end, where its manager does not.
 */
final class FrameSynchronization implements TransactionSynchronization {

	private final SpringTransactions transactions;

	private final TransactionFrame frame;

	private final boolean silent;

	/**
	 * Creates a synchronization.
	 * @param transactions is told
	 * @param frame the transaction
	 * @param silent whether its manager does not tell
	 */
	FrameSynchronization(SpringTransactions transactions, TransactionFrame frame, boolean silent) {
		this.transactions = transactions;
		this.frame = frame;
		this.silent = silent;
	}

	@Override
	public void savepoint(Object savepoint) {
		this.frame.savepoint(savepoint);
	}

	@Override
	public void savepointRollback(Object savepoint) {
		this.frame.rollBackTo(savepoint);
	}

	@Override
	public void suspend() {
		if (this.silent) {
			this.transactions.remove(this.frame);
		}
	}

	@Override
	public void resume() {
		if (this.silent) {
			this.transactions.push(this.frame);
		}
	}

	@Override
	public void afterCompletion(int status) {
		if (this.silent || status == STATUS_UNKNOWN) {
			this.transactions.ended(this.frame, switch (status) {
				case STATUS_COMMITTED -> Outcome.COMMITTED;
				case STATUS_ROLLED_BACK -> Outcome.ROLLED_BACK;
				default -> Outcome.UNKNOWN;
			});
		}
	}

}
