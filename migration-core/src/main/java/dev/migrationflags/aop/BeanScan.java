package dev.migrationflags.aop;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/**
 * Finds the annotated methods of all beans, lazy ones included.
 */
final class BeanScan {

	private final ConfigurableListableBeanFactory beanFactory;

	private final MigrationClasses classes;

	private final List<Problem> problems;

	BeanScan(ConfigurableListableBeanFactory beanFactory, MigrationClasses classes, List<Problem> problems) {
		this.beanFactory = beanFactory;
		this.classes = classes;
		this.problems = problems;
	}

	List<Candidate> candidates() {
		List<Candidate> candidates = new ArrayList<>();
		Set<Class<?>> reported = new LinkedHashSet<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = ScopedProxyUtils.isScopedTarget(beanName) ? null : type(beanName);
			if (type == null) {
				continue;
			}
			MigrationClass annotated = this.classes.of(type);
			if (annotated.isEmpty()) {
				continue;
			}
			if (reported.add(type)) {
				this.problems.addAll(annotated.problems());
				annotated.incomplete().forEach((method) -> incomplete(beanName, method));
			}
			annotated.complete().forEach((method) -> candidates.add(new Candidate(beanName, method)));
			if (!annotated.complete().isEmpty()) {
				checkProxy(beanName, type);
			}
		}
		return candidates;
	}

	/**
	 * The class of a bean. A definition that tells an interface only, and annotated
	 * methods on it that lack flag or side, is not the whole story: then the bean itself
	 * tells.
	 */
	private @Nullable Class<?> type(String beanName) {
		Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
		if (type != null && Modifier.isAbstract(type.getModifiers()) && !this.beanFactory.containsSingleton(beanName)
				&& this.beanFactory.isSingleton(beanName) && !this.classes.of(type).incomplete().isEmpty()) {
			this.beanFactory.getBean(beanName);
			return AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
		}
		return type;
	}

	/**
	 * An annotation on an interface says nothing about implementations that do not take
	 * part; one on the method itself does.
	 */
	private void incomplete(String beanName, MigrationMethod method) {
		if (method.onInterface() && method.flag() == null && method.origin() == null) {
			return;
		}
		String lacks = (method.flag() == null) ? "flag" : "origin";
		this.problems.add(new Problem("A migrated method names no " + lacks, method.where(beanName),
				"Add %s to the annotation, or @Migration(flag = \"…\", origin = …) to the class".formatted(lacks)));
	}

	/**
	 * A bean that was created before the advisor could apply is not migrated, and would
	 * not tell.
	 */
	private void checkProxy(String beanName, Class<?> type) {
		Object bean = this.beanFactory.containsSingleton(beanName) ? this.beanFactory.getSingleton(beanName) : null;
		if (bean == null || !Interceptable.isProxyable(type) || isFactory(beanName)) {
			return;
		}
		boolean advised = bean instanceof Advised proxy
				&& List.of(proxy.getAdvisors()).stream().anyMatch((advisor) -> advisor instanceof MigrationAdvisor);
		boolean unproxyable = this.classes.of(type)
			.complete()
			.stream()
			.allMatch((method) -> Interceptable.obstacle(method.method(), type) != null);
		if (!advised && !unproxyable) {
			this.problems
				.add(new Problem("Calls of this bean are not intercepted: it was created too early, or is opaque",
						"bean '%s' (%s)".formatted(beanName, type.getName()),
						"Do not inject it into a BeanPostProcessor or BeanFactoryPostProcessor"));
		}
	}

	private boolean isFactory(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& this.beanFactory.getMergedBeanDefinition(beanName) instanceof AbstractBeanDefinition definition
				&& definition.getAttribute("factoryBeanObjectType") != null;
	}

}
