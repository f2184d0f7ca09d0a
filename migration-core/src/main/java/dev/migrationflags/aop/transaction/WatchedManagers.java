package dev.migrationflags.aop.transaction;

import dev.migrationflags.engine.metrics.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

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
			manager.addListener(new Listener(this.transactions, beanName, manager));
			this.transactions.tells(beanName);
		}
		else {
			this.transactions.doesNotTell();
		}
	}

	/**
	 * Nothing here throws but what the caller of a commit is to know: an exception
	 * reaches whoever begins or commits.
	 */
	private record Listener(SpringTransactions transactions, String name,
			TransactionManager manager) implements TransactionExecutionListener {

		private static final WarnOnce trouble = new WarnOnce(LoggerFactory.getLogger(WatchedManagers.class));

		@Override
		public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
			if (failure == null) {
				this.transactions.begun(this.name, transaction);
			}
		}

		@Override
		public void beforeCommit(TransactionExecution transaction) {
			try {
				this.transactions.committing(transaction, resource());
			}
			catch (Throwable ex) {
				trouble.warn("A commit cannot be watched: should it fail, it counts as rolled back", ex);
			}
		}

		private @Nullable Object resource() {
			return (this.manager instanceof ResourceTransactionManager resources)
					? TransactionSynchronizationManager.getResource(resources.getResourceFactory()) : null;
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
