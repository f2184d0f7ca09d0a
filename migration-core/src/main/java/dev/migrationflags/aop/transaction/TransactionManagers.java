package dev.migrationflags.aop.transaction;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.util.StringUtils;

/**
 * Finds the transaction manager of one side: that of its own {@code @Transactional}, else
 * the only one.
 */
public final class TransactionManagers {

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<String> names;

	private final AnnotationTransactionAttributeSource attributes = new AnnotationTransactionAttributeSource();

	/**
	 * Looks up the managers.
	 * @param beanFactory holds them
	 */
	public TransactionManagers(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.names = Arrays.asList(beanFactory.getBeanNamesForType(PlatformTransactionManager.class, true, false));
	}

	/**
	 * The managers of the application.
	 * @return their bean names
	 */
	public List<String> names() {
		return this.names;
	}

	/**
	 * The manager of a method.
	 * @param method the method
	 * @param targetClass its class
	 * @return its bean name, or {@code null} if it cannot be told
	 */
	public @Nullable String of(Method method, Class<?> targetClass) {
		if (this.names.size() == 1) {
			return this.names.get(0);
		}
		TransactionAttribute attribute = this.attributes.getTransactionAttribute(method, targetClass);
		if (attribute == null) {
			return null;
		}
		String qualifier = attribute.getQualifier();
		return this.names.stream()
			.filter((name) -> StringUtils.hasText(qualifier)
					? BeanFactoryAnnotationUtils.isQualifierMatch(qualifier::equals, name, this.beanFactory)
					: isPrimary(name))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Whether a method is never part of its caller's transaction.
	 * @param method the method
	 * @param targetClass its class
	 * @return whether it opens one of its own, or does without
	 */
	public boolean isApart(Method method, Class<?> targetClass) {
		TransactionAttribute attribute = this.attributes.getTransactionAttribute(method, targetClass);
		return attribute != null && switch (attribute.getPropagationBehavior()) {
			case TransactionDefinition.PROPAGATION_REQUIRES_NEW, TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
					TransactionDefinition.PROPAGATION_NEVER ->
				true;
			default -> false;
		};
	}

	private boolean isPrimary(String name) {
		return this.beanFactory.containsBeanDefinition(name)
				&& this.beanFactory.getMergedBeanDefinition(name).isPrimary();
	}

}
