package dev.migrationflags.boot;

import dev.migrationflags.aop.transaction.SpringTransactions;
import dev.migrationflags.aop.transaction.WatchedManagers;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.transaction.ConfigurableTransactionManager;

/**
 * Second writes wait for the caller's transaction, where there are transactions.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(ConfigurableTransactionManager.class)
class TransactionsConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static SpringTransactions migrationTransactions() {
		return new SpringTransactions();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static WatchedManagers migrationWatchedManagers(SpringTransactions transactions) {
		return new WatchedManagers(transactions);
	}

}
