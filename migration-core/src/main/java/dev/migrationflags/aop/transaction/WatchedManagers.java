package dev.migrationflags.aop.transaction;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Asks every transaction manager of the application to tell of its transactions.
 */
public final class WatchedManagers implements BeanPostProcessor {

	private final SpringTransactions transactions;

	/**
	 * Creates the post-processor.
	 * @param transactions is told
	 */
	public WatchedManagers(SpringTransactions transactions) {
		this.transactions = transactions;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof PlatformTransactionManager && bean instanceof ConfigurableTransactionManager manager) {
			manager.addListener(new Listener(this.transactions, beanName));
		}
		return bean;
	}

	/**
	 * Nothing here throws: an exception would reach whoever begins or commits.
	 */
	private record Listener(SpringTransactions transactions, String manager) implements TransactionExecutionListener {

		@Override
		public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
			if (failure == null) {
				this.transactions.begun(this.manager, transaction);
			}
		}

		@Override
		public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
			this.transactions.committed(transaction, failure == null);
		}

		@Override
		public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
			this.transactions.rolledBack(transaction, failure == null);
		}

	}

}
