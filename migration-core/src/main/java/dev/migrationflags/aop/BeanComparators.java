package dev.migrationflags.aop;

import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.ResultComparator;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.comparison.Comparators;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;

/**
 * The application's comparators by the type that they compare. For a lambda, only the
 * bean definition knows the type.
 */
public final class BeanComparators {

	private BeanComparators() {
	}

	/**
	 * Finds the comparators.
	 * @param beanFactory holds them
	 * @return the comparators by type
	 */
	public static ComparatorLookup of(ConfigurableListableBeanFactory beanFactory) {
		List<Comparators.Entry> comparators = new ArrayList<>();
		beanFactory.getBeansOfType(ResultComparator.class)
			.forEach((name, bean) -> comparators.add(new Comparators.Entry(type(beanFactory, name, bean), bean)));
		return Comparators.of(comparators);
	}

	private static Class<?> type(ConfigurableListableBeanFactory beanFactory, String name, Object bean) {
		Class<?> type = resolve(ResolvableType.forClass(bean.getClass()));
		if (type == null && beanFactory.containsBeanDefinition(name)) {
			BeanDefinition definition = beanFactory.getMergedBeanDefinition(name);
			type = (definition instanceof RootBeanDefinition root) ? resolve(root.getResolvableType()) : null;
		}
		return (type != null) ? type : Object.class;
	}

	private static @Nullable Class<?> resolve(ResolvableType type) {
		return type.as(ResultComparator.class).resolveGeneric(0);
	}

}
