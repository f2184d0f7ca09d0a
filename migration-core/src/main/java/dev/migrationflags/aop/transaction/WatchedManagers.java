package dev.migrationflags.aop.transaction;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
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
		if (bean instanceof PlatformTransactionManager) {
			watch(bean, beanName);
		}
		return bean;
	}

	private void watch(Object bean, String beanName) {
		// the methods of a manager are final: a proxy would not pass them on
		Object target = AopProxyUtils.getSingletonTarget(bean);
		if (((target != null) ? target : bean) instanceof ConfigurableTransactionManager manager) {
			manager.addListener(new Listener(this.transactions, beanName));
			this.transactions.tells(beanName);
		}
		else {
			this.transactions.doesNotTell();
		}
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
		public void beforeCommit(TransactionExecution transaction) {
			this.transactions.committing(transaction);
		}

		@Override
		public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
			this.transactions.ended(transaction, (failure == null) ? Outcome.COMMITTED : Outcome.UNKNOWN);
		}

		@Override
		public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
			this.transactions.ended(transaction, (failure == null) ? Outcome.ROLLED_BACK : Outcome.UNKNOWN);
		}

	}

}
